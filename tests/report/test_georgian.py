"""Pages in Georgian: whole sentences in their situations, and nothing in English but names."""

import re
from dataclasses import replace
from html import unescape
from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest

from mimika.language import GEORGIAN
from mimika.recipe import Recipe
from mimika.recipes import named
from mimika.report import write_report
from mimika.report.caveats import agreement, apart, certainty, machines, seeds, twins
from mimika.report.judgement import calibration, chosen, cost, emotions
from mimika.report.provenance import opened, still_sealed
from mimika.report.reading import Worth, read_stage
from mimika.report.reference import FIGURES, compared, figure_for
from mimika.report.sentences import (
    analysis,
    base,
    begun,
    conclusion,
    decision,
    evidence,
    finding,
    fits,
    handing_on,
    path,
    so_far,
)
from mimika.report.tables import emotion_table, ranking
from mimika.study.ledger import Ledger
from mimika.study.stages import STAGES
from mimika.study.study import StageOutcome
from mimika.training.fit import Verdict
from tests.report.studies import FIGURES as NETWORKS
from tests.report.studies import make_reading, sealed_result, write_study
from tests.report.test_page import Page
from tests.report.test_sentences import COLLAPSED


def test_the_finding_names_the_first_and_what_equals_it():
    first, better = make_reading("cnn5").candidate, make_reading("cnn5+dropout", 0.6, 0.9, p_value=0.3).standing
    assert finding(first, 11, ["cnn3"], None, GEORGIAN) == (
        "თერთმეტი ქსელიდან პირველია `cnn5`: 55.6 % ვალიდაციაზე; მას უტოლდება `cnn3`"
    )
    assert finding(first, 11, ["cnn1", "cnn3", "cnn7"], None, GEORGIAN).endswith("; მას უტოლდება კიდევ სამი")
    assert finding(first, 11, [], better, GEORGIAN) == (
        "ბოლო ეტაპი ირჩევს ქსელს `cnn5`, რომლის სიზუსტე ვალიდაციაზეა 55.6 %; წინა ეტაპის `cnn5+dropout` 60.0 %-ს "
        "აღწევს; ტესტი მათ ერთმანეთისგან ვერ განასხვავებს (p = 0.30)"
    )
    several = make_reading("cnn5", seeds=(42, 43, 44)).candidate
    assert finding(several, 11, [], None, GEORGIAN) == (
        "თერთმეტი ქსელიდან პირველია `cnn5`: 55.6 % ± 0.0 (3 საწყისი მნიშვნელობა) ვალიდაციაზე"
    )


def test_the_finding_of_an_unfinished_study_says_what_can_be_compared():
    first = make_reading("cnn5").candidate
    assert so_far(first, 3, 1, GEORGIAN) == (
        "კვლევა ჯერ არ დასრულებულა: სამი დასრულებული ქსელიდან ლიდერობს `cnn5`, 55.6 % ვალიდაციაზე"
    )
    assert so_far(first, 1, 1, GEORGIAN) == (
        "კვლევა ჯერ არ დასრულებულა: ერთადერთი დასრულებული ქსელია `cnn5`, 55.6 % ვალიდაციაზე"
    )
    assert so_far(first, 11, 3, GEORGIAN) == (
        "კვლევა ჯერ არ დასრულებულა: გათვალისწინებულია სამი საწყისი მნიშვნელობიდან ერთი; თერთმეტი ქსელიდან არჩეულია "
        "`cnn5`, 55.6 % ვალიდაციაზე"
    )
    assert begun(2, 3, GEORGIAN) == (
        "კვლევა ჯერ არ დასრულებულა: დასრულებულია ორი გაშვება; სამივე საწყისი მნიშვნელობა ჯერ არც ერთ ქსელს არ აქვს"
    )


def test_the_path_stands_beside_the_references():
    assert path([0.556, 0.624], [0.556, 0.624], GEORGIAN) == (
        "ეტაპების მიხედვით პირველი ქსელის სიზუსტეა **55.6 → 62.4** %; ეტალონში — 55.6 → 62.4."
    )


def test_the_evidence_of_several_seeds_has_their_spread():
    assert evidence(make_reading("cnn5", 0.556, 0.925, seeds=(42, 43, 44)), GEORGIAN) == (
        "55.6 % ვალიდაციაზე (3 საწყისი მნიშვნელობა, ± 0.0; 95 %: 54.0–57.2, n = 3,589), 92.5 % სასწავლო სახეებზე, "
        "სხვაობა 36.9 პუნქტი; საუკეთესო ეპოქაა 6 (სულ 11)."
    )


def test_an_overfitting_network_and_what_its_change_adds():
    worth = Worth(base="cnn5", difference=0.068, p_value=0.0001)
    reading = make_reading("cnn5+batch_norm", 0.624, 0.978, changes=("პაკეტური ნორმალიზაცია",), worth=worth)
    assert analysis(reading, GEORGIAN) == (
        "ზედმეტად მორგებულია: ეპოქებში 6–11 სავალიდაციო დანაკარგი 1.20-დან 2.40-მდე იზრდება, სასწავლო დანაკარგი კი "
        "0.60-დან 0.10-მდე მცირდება. პაკეტური ნორმალიზაცია `cnn5`-ს 6.8 პუნქტს მატებს (წყვილური ტესტი, p < 0.001)."
    )


def test_a_change_that_chance_explains_and_one_that_harms():
    worth = Worth(base="cnn5", difference=-0.004, p_value=0.4)
    reading = make_reading("cnn5+skip", changes=("არხული ყურადღება", "შემოვლითი კავშირი"), worth=worth)
    assert analysis(reading, GEORGIAN).endswith(
        "არხული ყურადღება და შემოვლითი კავშირი ერთად `cnn5`-თან შედარებით შესამჩნევ განსხვავებას არ იძლევა (−0.4; "
        "წყვილური ტესტი, p = 0.40)."
    )
    worth = Worth(base="cnn5", difference=-0.232, p_value=0.0001)
    reading = make_reading("cnn5+augmentation", 0.324, 0.335, changes=("აუგმენტაცია",), worth=worth, best_epoch=11)
    assert analysis(reading, GEORGIAN) == (
        "არასაკმარისად მორგებულია: სწორი პასუხების წილი სასწავლო სახეებზეც კი მხოლოდ 33.5 %-ია, შეჩერებისას კი ქსელი "
        "ჯერ კიდევ უმჯობესდებოდა. აუგმენტაცია `cnn5`-ს 23.2 პუნქტს აკლებს (წყვილური ტესტი, p < 0.001)."
    )


def test_a_collapsed_network_its_gradient_and_its_remedy():
    reading = make_reading("cnn7", 0.25, 0.25, p_value=0.0001, update=COLLAPSED)
    assert analysis(reading, GEORGIAN) == (
        "ერთ კლასზე ჩაიკეტა: სავალიდაციო სახეების 99.8 %-ზე პასუხია „სიხარული“; გრადიენტის ნორმა ფენაში „წრფივი 3“ "
        "არის 0.2, ფენაში „კონვოლუცია 1“ — 1.0 × 10⁻⁸: გრადიენტი გაქრა."
    )
    assert decision(reading, make_reading(), None, None, GEORGIAN) == (
        "გამოირიცხება: `cnn5`-ს 30.6 პუნქტით ჩამორჩება (p < 0.001). დაამატეთ პაკეტური ნორმალიზაცია ან შემოვლითი "
        "კავშირები ან შეამცირეთ სწავლის სიჩქარე: ქსელი შესავალი მონაცემებიდან ვერაფერს სწავლობს."
    )


def test_what_seeds_and_machines_mix_is_told():
    reading = make_reading("cnn7", 0.25, 0.25, seeds=(42, 43, 44), update=COLLAPSED)
    mixed = replace(reading, verdicts=(*reading.verdicts[:2], Verdict.OVERFITS))
    assert analysis(mixed, GEORGIAN).endswith(
        "3 გაშვებიდან 2 ერთ კლასზე ჩაიკეტა: საშუალო მაჩვენებლები ორივენაირ გაშვებას აერთიანებს."
    )
    first, *others = reading.records
    elsewhere = first.machine.model_copy(update={"device": "NVIDIA H200"})
    records = (first, *(one.model_copy(update={"machine": elsewhere}) for one in others))
    candidate = replace(reading.candidate, records=records)
    assert machines([replace(reading, standing=replace(reading.standing, candidate=candidate))], GEORGIAN) == (
        "ერთი ქსელის გაშვებები სხვადასხვანაირ მოწყობილობაზე შესრულდა: cpu (32-true) და NVIDIA H200 (32-true). გადახრა "
        "იმასაც მოიცავს, რასაც მოწყობილობა ცვლის; ქსელის დრო იმ გაშვებების საშუალოა, რომლებიც იმავე მოწყობილობაზე "
        "შესრულდა, რომელზეც პირველი."
    )


def test_a_tie_is_called_one_and_says_which_is_smaller():
    winner, tie = make_reading("cnn5"), make_reading("cnn3", 0.55, 0.9, p_value=0.2)
    assert decision(tie, winner, named("cnn5"), "regularization", GEORGIAN) == (
        "უტოლდება ქსელს `cnn5` (ჩამორჩება 0.6 პუნქტით, p = 0.20); ნაკლები პარამეტრი აქვს (2.52 M, გამარჯვებულს — "
        "11.07 M)."
    )
    assert decision(tie, winner, named("cnn3"), "regularization", GEORGIAN).startswith(
        "გადადის ეტაპზე „რეგულარიზაცია“, რადგან კვლევა მას ასახელებს; წესის მიხედვით კი უტოლდება ქსელს `cnn5`"
    )
    assert decision(winner, winner, named("cnn3"), "regularization", GEORGIAN) == (
        "წესის მიხედვით პირველია; მიუხედავად ამისა, ეტაპი „რეგულარიზაცია“ იწყება ქსელით `cnn3`, რადგან კვლევა მას "
        "ასახელებს."
    )


def test_a_conclusion_names_the_first_its_ties_those_behind_and_what_is_handed_on():
    winner, tie = make_reading("cnn5"), make_reading("cnn3", 0.55, 0.9, p_value=0.2)
    last = make_reading("cnn7", 0.25, 0.25, p_value=0.0001, update=COLLAPSED)
    question = "What keeps it from memorising?"
    handed_on = handing_on(winner, named("cnn5"), "regularization", question, GEORGIAN)
    assert conclusion([winner, tie, last], [], handed_on, GEORGIAN) == (
        "ყველაზე მაღალი სიზუსტე აქვს ქსელს `cnn5`: 55.6 %. მას უტოლდება `cnn3`: 3,589 სახეზე წყვილური ტესტი ამ ორს "
        "ერთმანეთისგან ვერ განასხვავებს. წყვილური ტესტით მნიშვნელოვნად ჩამორჩება: `cnn7` "
        "(−30.6). `cnn5` და `cnn3` ზედმეტად მორგებულია (სხვაობა 35.0-დან 36.9 პუნქტამდე). `cnn7` ერთ კლასზე ჩაიკეტა. "
        "შემდეგი ეტაპი, „რეგულარიზაცია“, იწყება ქსელით `cnn5` და სვამს კითხვას: რა იცავს ქსელს დაზეპირებისგან?"
    )


def test_an_unfinished_stage_has_no_conclusion_yet():
    assert conclusion([make_reading("cnn5")], ["cnn1", "cnn7"], "", GEORGIAN) == (
        "ჯერ არ არის: `cnn1` და `cnn7` ჯერ არ დასრულებულა. დანარჩენებს შორის ლიდერობს `cnn5`, 55.6 %; მანამდე არაფერი "
        "წყდება."
    )


def test_seeds_that_disagree_are_counted_and_all_are_counted_as_one():
    mixed = replace(make_reading("cnn3", 0.55, 0.9, seeds=(1, 2, 3)), verdicts=(*[Verdict.OVERFITS] * 2, Verdict.FITS))
    assert mixed.told_verdict(GEORGIAN) == "ზედმეტად მორგებულია (3 გაშვებიდან 2)"
    assert fits([make_reading("cnn5"), make_reading("cnn3", 0.55, 0.9)], GEORGIAN) == (
        "ორივე ქსელი ზედმეტად მორგებულია (სხვაობა 35.0-დან 36.9 პუნქტამდე)."
    )
    assert seeds([make_reading(seeds=(1, 2))], GEORGIAN).startswith(
        "თითოეული ქსელი ორი საწყისი მნიშვნელობით გაიწვრთნა. სიზუსტის სტანდარტული გადახრა მათ მიხედვით 0.0-დან (`cnn5`) "
        "0.0 პუნქტამდეა (`cnn5`)."
    )


def test_gaps_that_round_alike_are_told_once_and_all_of_many_are_counted_in_figures():
    assert fits([make_reading("cnn5"), make_reading("cnn3")], GEORGIAN) == (
        "ორივე ქსელი ზედმეტად მორგებულია (სხვაობა 36.9 პუნქტი)."
    )
    assert begun(3, 20, GEORGIAN).endswith("; 20-ვე საწყისი მნიშვნელობა ჯერ არც ერთ ქსელს არ აქვს")


def test_a_base_that_the_study_names_against_the_rule_is_told():
    assert base(named("cnn5"), named("cnn3"), GEORGIAN) == (
        "ყოველი ვარიანტი ცვლის ქსელს `cnn5`, რომელსაც კვლევა ასახელებს და რომელიც თვითონაც კანდიდატია. "
        "**წესი სხვას აირჩევდა:** წინა ეტაპზე პირველი იყო `cnn3`."
    )


def test_what_is_certain_and_what_twins_are_worth():
    assert certainty(make_reading("cnn5", 0.629), GEORGIAN).startswith(
        "62.9 %, რომელსაც `cnn5` აღწევს, 3,589 სახის წილია: ერთი სტანდარტული ცდომილება 0.8 პუნქტია, 95 %-იანი "
        "სანდოობის ინტერვალი კი 61.3 %-დან 64.5 %-მდეა."
    )
    turned = [("depth", "cnn5", make_reading("cnn3", p_value=0.2).standing)]
    assert twins(make_reading("cnn5", 0.556), turned, GEORGIAN) == (
        "3,589 სავალიდაციო სახიდან 280 სახეს სასწავლო ნაწილში იდენტური ტყუპი აქვს. მათ გარეშე `cnn5` 54.4 %-ს აღწევს "
        "(−1.2). ეტაპზე „სიღრმე“ პირველი `cnn3` იქნებოდა და არა `cnn5`; ტესტი მათ ერთმანეთისგან ვერ განასხვავებს "
        "(p = 0.20)."
    )


def test_the_reference_is_agreed_with_or_not():
    close, far = (compared(make_reading("cnn5", share).candidate, FIGURES["cnn5"], 0.0) for share in (0.588, 0.593))
    assert agreement([close, far, far], GEORGIAN) == (
        "სამი ქსელიდან ეტალონს ერთი ეთანხმება განსხვავების სამი სტანდარტული ცდომილების ფარგლებში (სამი, რადგან "
        "ერთდროულად ამდენ ქსელს ვადარებთ); აქ უფრო მაღალი სიზუსტე აქვს ორს, უფრო დაბალი — არც ერთს."
    )
    reading = make_reading("cnn3", 0.6, 0.9)
    difference = compared(reading.candidate, FIGURES["cnn3"], 0.0)
    assert apart(reading, figure_for(reading.candidate.recipe), difference, GEORGIAN)[1] == (
        "60.0 %; ეტალონის 53.6 %-ს 6.4 პუნქტით აღემატება. სასწავლო სახეებზე აქ 90.0 % აქვს, იქ — 97.8 %."
    )


def test_the_test_split_is_sealed_opened_once_or_opened_again():
    reading = make_reading("cnn5", 0.62)
    assert still_sealed("reference", texts=GEORGIAN) == (
        "დალუქულია: ის არც ერთ წვრთნას, არც ერთ არჩევანს და ამ გვერდის არც ერთ მაჩვენებელს არ უნახავს. "
        "`mimika final reference --data DATA --language ka` მას არჩეული ქსელისთვის გახსნის, ერთხელ."
    )
    assert opened(sealed_result(reading.records[0]), reading, GEORGIAN) == (
        "გაიხსნა ერთხელ, 2026-11-24. `cnn5` 3,589 სატესტო სახის **62.9 %**-ზე იმავე პასუხს იძლევა, რაც ჭდეშია "
        "მითითებული (95 %: 61.3–64.5), 61.2 %-ზე, თუ გამოვრიცხავთ 288 სახეს, რომლებსაც სასწავლო ნაწილში "
        "იდენტური ტყუპი აქვს; მაკრო-F1 0.588, კალიბრაციის მოსალოდნელი ცდომილება 9.4 პუნქტი. "
        "ეს 0.9 პუნქტით მეტია, ვიდრე იმავე გაშვების სიზუსტე ვალიდაციაზე."
    )
    assert opened(sealed_result(reading.records[0], times=2), None, GEORGIAN).startswith(
        "გაიხსნა 2-ჯერ: პირველად 2026-11-24, ბოლოს 2026-11-25. პირველმა გახსნამ ქსელისთვის `cnn5` 62.0 % მოგვცა; "
    )


def test_the_chosen_network_is_judged():
    reading = make_reading("cnn5", 0.556, 0.925)
    assert chosen(reading, [reading], GEORGIAN) == (
        "ქსელს `cnn5` 11,072,263 პარამეტრი აქვს და ერთ სახეზე 84.5 M გამრავლება-შეკრებას ასრულებს. ის ზედმეტად "
        "მორგებულია: 92.5 % სასწავლო სახეებზე, 55.6 % ვალიდაციაზე. ქსელი თავის სასწავლო "
        "სახეებს ბევრად უკეთ იცნობს, ვიდრე სხვებს; ჩვეულებრივ შველის აუგმენტაცია, დროპაუტი ან წონების მილევა."
    )
    fitting = make_reading("cnn5+augmentation", 0.6, 0.65)
    assert chosen(reading, [fitting], GEORGIAN).endswith(
        " ამ კვლევის სათანადოდ მორგებული ქსელებიდან ყველაზე მეტს აღწევს `cnn5+augmentation`: 60.0 % ვალიდაციაზე, "
        "სხვაობა 5.0 პუნქტი."
    )
    assert calibration(0.157, 0.769, 0.629, GEORGIAN) == (
        "თავის პასუხს საშუალოდ 76.9 %-იან ალბათობას ანიჭებს, მართალი კი შემთხვევათა 62.9 %-შია: ზედმეტად "
        "დარწმუნებულია (კალიბრაციის მოსალოდნელი ცდომილება 15.7 პუნქტი)."
    )
    assert cost([reading], GEORGIAN) == (
        "ყველაზე მაღალი სიზუსტე, 55.6 %, აქვს ქსელს `cnn5`: 11.07 M პარამეტრი, 84.5 M გამრავლება-შეკრება ერთ სახეზე და "
        "20 წთ 0 წმ წვრთნა."
    )


def test_emotions_are_declined_in_sentences_and_stand_beside_their_identifiers_in_the_table():
    scores = make_reading().records[0].scores
    recall = {**dict.fromkeys(scores.recall, 0.6), "happy": 0.8, "fear": 0.4, "sad": 0.5}
    precision = {**recall, "disgust": 0.9}
    told = emotions(
        scores.model_copy(update={"recall": recall, "precision": precision, "macro_f1": 0.5}),
        dict.fromkeys(recall, 50),
        dict.fromkeys(recall, 40),
        GEORGIAN,
    )
    assert told == (
        "ყველაზე კარგად სიხარულს ცნობს (80.0 %, n = 50), ყველაზე ცუდად — შიშს (40.0 %, n = 50), შემდეგ კი სევდას "
        "(50.0 %, n = 50). ყველაზე ხშირად მაშინაა მართალი, როცა პასუხია „ზიზღი“: 40 შემთხვევის 90.0 %-ში. მისი "
        "მაკრო-F1, რომელშიც ყველა ემოცია თანაბრად ითვლება, არის 0.500."
    )
    table = emotion_table(dict.fromkeys(recall, 10), recall, texts=GEORGIAN)
    assert [row.cells[0].text for row in table.rows][:2] == ["ბრაზი (`angry`)", "ზიზღი (`disgust`)"]
    assert table.to_rows()[0]["emotion"] == "angry"


def test_a_table_keeps_its_keys_and_values_for_programs():
    winner, tie = make_reading("cnn5"), make_reading("cnn3", 0.55, 0.9, p_value=0.2)
    table = ranking([winner, tie], ["cnn1"], GEORGIAN)
    assert [column.key for column in table.columns] == [column.key for column in ranking([winner], []).columns]
    assert [row.cells[-1].text for row in table.rows] == ["პირველი", "თანაბარი, p = 0.20", ""]
    assert table.to_rows()[0]["verdict"] == "overfits"
    assert table.rows[2].cells[1].text == "არ დასრულებულა"


# The page as a whole.


NAMES = (
    "cnn batch norm dropout attention skip augmentation kernel5 plain deep mixed wide "  # of networks
    "FER2013 PrivateTest PublicTest UTC W B reference teachers mimika "  # of data, services, studies
    "AMD EPYC Linux x86 Python torch lightning numpy cpu true bf16 abc "  # of a machine and its versions
    "F1 recall precision n p K M G SGD"  # of measures, units and an optimizer
)


STUDIES = ("reference", "part", "new", "more", "teachers")
TEACHERS = Path(__file__).parents[2] / "docs" / "results" / "teachers"


def latin(html):
    """The words in Latin letters on a page, without those in code."""
    html = re.sub(r"<style>.*?</style>|<script>.*?</script>|<code>.*?</code>", " ", html, flags=re.DOTALL)
    spoken = re.findall(r'(?:aria-label|alt|title)="([^"]*)"', html)
    texts = map(unescape, (*spoken, re.sub(r"<[^>]+>", " ", html)))
    return {word for text in texts for word in re.findall(r"\b[A-Za-z]\w*", text.replace("_", " "))}


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Pages in Georgian by name: of studies that are finished, not finished, not begun, or given more seeds."""
    folder = tmp_path_factory.mktemp("georgian")
    several = write_study(folder / "reference", seeds=2)
    best = next(record for record in Ledger.open(several).records if record.name == "cnn5+batch_norm")
    (several / "final.json").write_text(sealed_result(best, times=2).model_dump_json(), encoding="utf-8")
    later = [name for name in NETWORKS if name.startswith("cnn5+")]
    write_study(folder / "part", seeds=2, faces=400, train=3200, leave_out=[*later, ("cnn7", 43)])
    write_study(folder / "new", leave_out=NETWORKS)
    write_study(folder / "more", seeds=2, faces=400, leave_out=[(name, 43) for name in NETWORKS])
    copytree(TEACHERS, folder / "teachers", ignore=ignore_patterns("runs", "answers.npz"))
    return {name: write_report(folder / name, texts=GEORGIAN).read_text(encoding="utf-8") for name in STUDIES}


@pytest.mark.parametrize("name", STUDIES)
def test_a_page_in_georgian_has_no_english_word(pages, name):
    page = pages[name]
    assert page.startswith('<!doctype html>\n<html lang="ka">')
    words = {word for word in latin(page) if not re.fullmatch(r"cnn\d|[0-9a-f]{12,}", word)}
    assert words - set(NAMES.split()) == set()
    assert Page(page).open == []


@pytest.mark.parametrize("stage", STAGES.values(), ids=STAGES)
def test_what_a_variant_changes_has_no_english_word(stage):
    base, alike = Recipe(name="cnn5"), make_reading().candidate
    candidates = tuple(replace(alike, recipe=recipe) for recipe in stage.recipes(base, base).values())
    outcome = StageOutcome(stage=stage, base=base, ranked_base=None, candidates=candidates, missing=())
    changes = [change for reading in read_stage(outcome, GEORGIAN) for change in reading.changes]
    assert {word for change in changes for word in re.findall(r"[A-Za-z]+", change)} <= {"SGD"}
    assert len(changes) >= len(stage.variants)


def test_commands_on_a_page_write_it_in_georgian_again(pages):
    assert (
        "mimika study run reference --data DATA --out reference --seeds 2 --language ka"
        in Page(pages["reference"]).words
    )
    assert "mimika final part --data DATA --language ka" in Page(pages["part"]).words


def test_what_seeds_are_missing_is_told(pages):
    assert "cnn7 (სიღრმე, 2 საწყისი მნიშვნელობიდან დასრულდა 1)" in Page(pages["part"]).words
    assert "ქვემოთ ყოველი ქსელი აღწერილია გაშვებით, რომლის საწყისი მნიშვნელობაა 42." in Page(pages["more"]).words


def test_the_script_sorts_and_speaks_georgian(pages):
    assert 'head.title = "დალაგება";' in pages["new"]
    assert 'localeCompare(value(b), "ka")' in pages["new"]


def test_an_ending_is_not_parted_from_what_it_belongs_to(pages):
    told = pages["reference"]
    assert "%\u2011" in told
    assert not re.search(
        r"(</code>|</strong>|\d|%)-[ა-ჰ]", re.sub(r"<title>.*?</title>|<svg.*?</svg>", "", told, flags=re.DOTALL)
    )
    assert "\u00a0პუნქტ" in told


def test_markdown_is_georgian_too_and_the_table_for_programs_is_not(tmp_path):
    folder = write_study(tmp_path / "part", leave_out=[name for name in NETWORKS if name.startswith("cnn5+")])
    write_report(folder, texts=GEORGIAN)
    markdown = (folder / "report.md").read_text(encoding="utf-8")
    assert markdown.startswith("# კვლევა ჯერ არ დასრულებულა: ოთხი დასრულებული ქსელიდან ლიდერობს `cnn5`")
    assert "## სიღრმე (`depth`): რამდენი ფენა?" in markdown
    assert "**ეს კვლევა დასრულებული არ არის**; აკლია" in markdown
    assert (folder / "leaderboard.csv").read_text(encoding="utf-8").startswith("network,stage,seed,")
    again = write_report(folder).read_text(encoding="utf-8")
    assert not re.search("[ა-ჰ]", re.sub(r"<style>.*?</style>", "", again, flags=re.DOTALL))
