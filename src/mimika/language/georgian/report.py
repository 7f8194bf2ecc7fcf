"""What the page and report.md say."""

from collections.abc import Mapping
from typing import Final

REPORT: Final[Mapping[str, str]] = {
    # sentences.py: the finding
    "finding": "{networks:words} ქსელიდან პირველია {name:code}: {accuracy:percent}{seeds} ვალიდაციაზე",
    "finding.one": "ერთადერთი ქსელია {name:code}: {accuracy:percent}{seeds} ვალიდაციაზე",
    "finding.tie": "; მას უტოლდება {names:codes}",
    "finding.ties": "; მას უტოლდება კიდევ {number:words}",
    "finding.seeds": " ± {spread:share} ({seeds} საწყისი მნიშვნელობა)",
    "finding.overtaken": "ბოლო ეტაპი ირჩევს ქსელს {name:code}, რომლის სიზუსტე ვალიდაციაზეა {accuracy:percent}{seeds}; "
    "წინა ეტაპის {better:code} {reached:percent}-ს აღწევს",
    "finding.unfinished": "კვლევა ჯერ არ დასრულებულა: {networks:words} დასრულებული ქსელიდან ლიდერობს {name:code}, "
    "{accuracy:percent} ვალიდაციაზე",
    "finding.unfinished.one": "კვლევა ჯერ არ დასრულებულა: ერთადერთი დასრულებული ქსელია {name:code}, "
    "{accuracy:percent} ვალიდაციაზე",
    "finding.more_seeds": "კვლევა ჯერ არ დასრულებულა: გათვალისწინებულია {wanted:words} საწყისი მნიშვნელობიდან "
    "{seeds:words}; {networks:words} ქსელიდან არჩეულია {name:code}, {accuracy:percent} ვალიდაციაზე",
    "finding.more_seeds.one": "კვლევა ჯერ არ დასრულებულა: გათვალისწინებულია {wanted:words} საწყისი მნიშვნელობიდან "
    "{seeds:words}; ერთადერთი ქსელია {name:code}, {accuracy:percent} ვალიდაციაზე",
    "finding.begun": "კვლევა ჯერ არ დასრულებულა: დასრულებულია {runs:words} გაშვება; {seeds:all} საწყისი მნიშვნელობა "
    "ჯერ არც ერთ ქსელს არ აქვს",
    "finding.none": "ამ კვლევის არც ერთი გაშვება ჯერ არ დასრულებულა",
    "standing": " ({p:probability})",
    "standing.tie": "; ტესტი მათ ერთმანეთისგან ვერ განასხვავებს ({p:probability})",
    "opening": "{stages:words} ეტაპი ({names:listed}); თითო ქსელზე {seeds:words} საწყისი მნიშვნელობა; {train:,} "
    "სასწავლო სახე. {name:code} {faces:,} სავალიდაციო სახის {accuracy:percent}-ზე იმავე პასუხს იძლევა, რაც ჭდეშია "
    "მითითებული ({spread}95 %: {interval:interval}){twins}.",
    "opening.twins": "; {accuracy:percent}-ზე, თუ გამოვრიცხავთ {twins:,} სახეს, რომლებსაც სასწავლო ნაწილში იდენტური "
    "ტყუპი აქვს",
    "path": "ეტაპების მიხედვით პირველი ქსელის სიზუსტეა **{ours}** %.",
    "path.reference": "ეტაპების მიხედვით პირველი ქსელის სიზუსტეა **{ours}** %; ეტალონში — {theirs}.",
    # sentences.py and fitting.py: a network in a stage
    "evidence": "{accuracy:percent} ვალიდაციაზე ({seeds}95 %: {interval:interval}, n = {faces:,}), {train:percent} "
    "სასწავლო სახეებზე, სხვაობა {gap:gap} პუნქტი; საუკეთესო ეპოქაა {best:span} (სულ {last:span}).",
    "evidence.last": "{accuracy:percent} ვალიდაციაზე ({seeds}95 %: {interval:interval}, n = {faces:,}), "
    "{train:percent} სასწავლო სახეებზე, სხვაობა {gap:gap} პუნქტი; წონები ბოლო ეპოქისაა (სულ {last:span}).",
    "evidence.seeds": "{seeds} საწყისი მნიშვნელობა, ± {spread:share}; ",
    "agreeing": " ({runs} გაშვებიდან {agreeing})",
    "fit.collapsed": "სავალიდაციო სახეების {share:percent}-ზე პასუხია „{emotion}“",
    "fit.diverged": "ეპოქიდან {epoch} დანაკარგი სასრული აღარ არის",
    "fit.mixed": "{runs} გაშვებიდან {collapsed} ერთ კლასზე ჩაიკეტა: საშუალო მაჩვენებლები ორივენაირ გაშვებას "
    "აერთიანებს.",
    "fit.underfits": "სწორი პასუხების წილი სასწავლო სახეებზეც კი მხოლოდ {train:percent}-ია",
    "fit.underfits.rising": "სწორი პასუხების წილი სასწავლო სახეებზეც კი მხოლოდ {train:percent}-ია, შეჩერებისას კი "
    "ქსელი ჯერ კიდევ უმჯობესდებოდა",
    "fit.fits": "სიზუსტე სასწავლო სახეებზე, {train:percent}, სავალიდაციოს {limit:points} პუნქტზე ნაკლებით აღემატება",
    "fit.seed": " (საწყისი მნიშვნელობა {seed})",
    "losses": "ეპოქებში {first}–{last} სავალიდაციო დანაკარგი {low:.2f}-დან {high:.2f}-მდე იზრდება, სასწავლო დანაკარგი "
    "კი {before:.2f}-დან {after:.2f}-მდე მცირდება",
    "losses.both": "ეპოქებში {first}–{last} სავალიდაციო დანაკარგი {low:.2f}-დან {high:.2f}-მდე იზრდება, სასწავლო "
    "დანაკარგი კი {before:.2f}-დან {after:.2f}-მდე იცვლება",
    "losses.level": "სხვაობა მაშინ ჩნდება, როცა სავალიდაციო დანაკარგი იქვე რჩება, სადაც ყველაზე დაბალია: {loss:.2f} "
    "ეპოქებში {first}–{last}",
    "losses.falling": "სხვაობა მაშინ ჩნდება, როცა სავალიდაციო დანაკარგი ჯერ კიდევ მცირდება, {loss:.2f}-მდე",
    "losses.once": "ეპოქაში {epoch} სავალიდაციო დანაკარგია {validation:.2f}, სასწავლო — {train:.2f}",
    "gradient": "გრადიენტის ნორმა ფენაში „{last}“ არის {far:scientific}, ფენაში „{first}“ — {near:scientific}",
    "gradient.vanished": "გრადიენტის ნორმა ფენაში „{last}“ არის {far:scientific}, ფენაში „{first}“ — "
    "{near:scientific}: გრადიენტი გაქრა",
    "worth.one": "{change}",
    "worth.together": "{changes:listed} ერთად",
    "worth.many": "ყველა ცვლილება ერთად",
    "worth.nothing": "{who} {base:code}-თან შედარებით შესამჩნევ განსხვავებას არ იძლევა ({difference:signed}; წყვილური "
    "ტესტი, {p:probability}).",
    "worth.nothing.together": "{who} {base:code}-თან შედარებით შესამჩნევ განსხვავებას არ იძლევა ({difference:signed}; "
    "წყვილური ტესტი, {p:probability}).",
    "worth.gain": "{who} {base:code}-ს {difference:points} პუნქტს მატებს (წყვილური ტესტი, {p:probability}).",
    "worth.gain.together": "{who} {base:code}-ს {difference:points} პუნქტს მატებს (წყვილური ტესტი, {p:probability}).",
    "worth.loss": "{who} {base:code}-ს {difference:points} პუნქტს აკლებს (წყვილური ტესტი, {p:probability}).",
    "worth.loss.together": "{who} {base:code}-ს {difference:points} პუნქტს აკლებს (წყვილური ტესტი, {p:probability}).",
    "decision.chosen": "ეს არის კვლევის არჩეული ქსელი.",
    "decision.goes_on": "პირველია და გადადის ეტაპზე „{stage}“.",
    "decision.by_rule": "წესის მიხედვით პირველია; მიუხედავად ამისა, ეტაპი „{stage}“ იწყება ქსელით {base:code}, რადგან "
    "კვლევა მას ასახელებს.",
    "decision.named": "გადადის ეტაპზე „{stage}“, რადგან კვლევა მას ასახელებს; წესის მიხედვით კი {outcome}.",
    "decision.tie": "უტოლდება ქსელს {winner:code} (ჩამორჩება {behind:points} პუნქტით, {p:probability}){size}",
    "decision.aside": "გამოირიცხება: {winner:code}-ს {behind:points} პუნქტით ჩამორჩება ({p:probability})",
    "decision.none": "არ იქნება, სანამ ეტაპი არ დასრულდება.",
    "size.same": "; ზომით ერთნაირია",
    "size.more": "; მეტი პარამეტრი აქვს ({ours:magnitude}, გამარჯვებულს — {theirs:magnitude})",
    "size.fewer": "; ნაკლები პარამეტრი აქვს ({ours:magnitude}, გამარჯვებულს — {theirs:magnitude})",
    # sentences.py and fitting.py: a stage
    "base": "ყოველი ვარიანტი ცვლის ქსელს {base:code}, რომელიც თვითონაც კანდიდატია.",
    "base.named": "ყოველი ვარიანტი ცვლის ქსელს {base:code}, რომელსაც კვლევა ასახელებს და რომელიც თვითონაც "
    "კანდიდატია. **წესი სხვას აირჩევდა:** წინა ეტაპზე პირველი იყო {ranked:code}.",
    "same": "{name:code} იგივე ქსელია, რაც {first:code}; აქ ის ამ უკანასკნელის სახელით დგას.",
    "conclusion.absent": "{names:codes} ჯერ არ დასრულებულა",
    "conclusion.nothing": "ჯერ არ არის: {absent}.",
    "conclusion.leads": "ჯერ არ არის: {absent}. დანარჩენებს შორის ლიდერობს {name:code}, {accuracy:percent}; მანამდე "
    "არაფერი წყდება.",
    "conclusion.first": "ყველაზე მაღალი სიზუსტე აქვს ქსელს {name:code}: {accuracy:percent}.",
    "conclusion.base": "ყველაზე მაღალი სიზუსტე, {accuracy:percent}, აქვს საბაზისო ქსელს {name:code}: არც ერთმა "
    "ცვლილებამ არ უშველა.",
    "conclusion.tie": "მას უტოლდება {names:codes}: {faces:,} სახეზე წყვილური ტესტი ამ ორს ერთმანეთისგან ვერ "
    "განასხვავებს.",
    "conclusion.ties": "მას უტოლდება {names:codes}: {faces:,} სახეზე წყვილური ტესტი მათ ერთმანეთისგან ვერ "
    "განასხვავებს.",
    "conclusion.behind": "წყვილური ტესტით მნიშვნელოვნად ჩამორჩება: {networks:listed}.",
    "conclusion.behind.seeds": "წყვილური ტესტით, საწყისი მნიშვნელობების გათვალისწინებით, მნიშვნელოვნად ჩამორჩება: "
    "{networks:listed}.",
    "conclusion.behind.network": "{name:code} ({difference:signed})",
    "fits.named": "{names:listed}",
    "fits.both": "ორივე ქსელი",
    "fits.all": "{number:all} ქსელი",
    "fits.overfits": "{who} ზედმეტად მორგებულია (სხვაობა {gap:points} პუნქტი).",
    "fits.overfits.several": "{who} ზედმეტად მორგებულია (სხვაობა {least:share}-დან {most:points} პუნქტამდე).",
    "fits.overfits.alike": "{who} ზედმეტად მორგებულია (სხვაობა {gap:points} პუნქტი).",
    "fits.underfits": "{who} არასაკმარისად მორგებულია.",
    "fits.underfits.several": "{who} არასაკმარისად მორგებულია.",
    "fits.collapsed": "{who} ერთ კლასზე ჩაიკეტა.",
    "fits.collapsed.several": "{who} ერთ კლასზე ჩაიკეტა.",
    "fits.fits": "{who} სათანადოდ მორგებულია.",
    "fits.fits.several": "{who} სათანადოდ მორგებულია.",
    "handing_on": "შემდეგი ეტაპი, „{stage}“, იწყება ქსელით {base:code} და სვამს კითხვას: {question}",
    "handing_on.named": "შემდეგი ეტაპი, „{stage}“, იწყება ქსელით {base:code}, რომელსაც კვლევა ასახელებს, და სვამს "
    "კითხვას: {question}",
    # study_report.py
    "subject": "კვლევა *{study}*",
    "unfinished": "**ეს კვლევა დასრულებული არ არის**; {parts}. მას გააგრძელებს იგივე ბრძანება, რომლითაც დაიწყო, და "
    "ორჯერ არაფერს გაწვრთნის; ყველაფერი, რაც ქვემოთაა, წინასწარია.",
    "unfinished.missing": "აკლია {networks:listed}",
    "unfinished.network": "{name:code} ({stage})",
    "unfinished.network.seeds": "{name:code} ({stage}, {seeds} საწყისი მნიშვნელობიდან დასრულდა {done})",
    "unfinished.later": "არ დაწყებულა {stages:listed}",
    "unfinished.even": " ქვემოთ ყოველი ქსელი აღწერილია გაშვებებით, რომელთა საწყისი მნიშვნელობებია {seeds:listed}.",
    "unfinished.even.one": " ქვემოთ ყოველი ქსელი აღწერილია გაშვებით, რომლის საწყისი მნიშვნელობაა {seed}.",
    "stage.title": "{stage:both}: {question}",
    "stage.entry": "*მტკიცებულება:* {evidence} *ანალიზი:* {analysis} *გადაწყვეტილება:* {decision}",
    "stage.conclusion": "**დასკვნა.** {conclusion}",
    "chosen.title": "არჩეული ქსელი",
    "chosen.title.leads": "ქსელი, რომელიც ჯერჯერობით ლიდერობს",
    "chosen.seeds": " ქვემოთ აღწერილია მისი საუკეთესო გაშვება, საწყისი მნიშვნელობით {seed}: {accuracy:percent}.",
    "cost.title": "რა ჯდება სიზუსტე",
    "reference.title": "ეტალონთან შედარება",
    "certainty.title": "რამდენად საიმედოა ეს?",
    # judgement.py
    "chosen": "ქსელს {name:code} {parameters:,} პარამეტრი აქვს და ერთ სახეზე {costs:magnitude} გამრავლება-შეკრებას "
    "ასრულებს. ის {verdict}{agreeing}: {train:percent} სასწავლო სახეებზე, {accuracy:percent} ვალიდაციაზე. {advice}",
    "chosen.fitting": " ამ კვლევის სათანადოდ მორგებული ქსელებიდან ყველაზე მეტს აღწევს {fitting:code}: "
    "{reached:percent} ვალიდაციაზე, სხვაობა {gap:gap} პუნქტი.",
    "emotions": "ყველაზე კარგად {best:dative} ცნობს ({found:percent}, n = {best_faces:,}), ყველაზე ცუდად — "
    "{least:dative} ({missed:percent}, n = {least_faces:,}), შემდეგ კი {next_least:dative} ({next_missed:percent}, "
    "n = {next_faces:,}).",
    "emotions.right": "ყველაზე ხშირად მაშინაა მართალი, როცა პასუხია „{surest}“: {answers:,} შემთხვევის "
    "{right:percent}-ში.",
    "emotions.macro_f1": "მისი მაკრო-F1, რომელშიც ყველა ემოცია თანაბრად ითვლება, არის {macro_f1:.3f}.",
    "confusions": "მისი {mistakes:,} შეცდომიდან {together:,} ორი ემოციის, „{one}“ და „{other}“, აღრევაა: {there:,} "
    "სახეზე ჭდით „{one}“ პასუხია „{other}“, {back:,} სახეზე კი — პირიქით.",
    "confusions.none": "ამ სახეებზე ის არც ერთხელ არ ცდება.",
    "calibration": "თავის პასუხს საშუალოდ {confidence:percent}-იან ალბათობას ანიჭებს, მართალი კი შემთხვევათა "
    "{accuracy:percent}-შია: {lean} (კალიბრაციის მოსალოდნელი ცდომილება {error:points} პუნქტი).",
    "calibration.too_sure": "ზედმეტად დარწმუნებულია",
    "calibration.unsure": "საკმარისად დარწმუნებული არ არის",
    "calibration.fair": "დაახლოებით იმდენადაა დარწმუნებული, რამდენადაც მართალია",
    "cost": "ყველაზე მაღალი სიზუსტე, {accuracy:percent}, აქვს ქსელს {name:code}: {parameters:magnitude} პარამეტრი, "
    "{costs:magnitude} გამრავლება-შეკრება ერთ სახეზე და {seconds:duration} წვრთნა.",
    "cost.learned": "იმ ქსელებს შორის, რომლებმაც რამე ისწავლეს, ყველაზე მაღალი სიზუსტე, {accuracy:percent}, აქვს ქსელს "
    "{name:code}: {parameters:magnitude} პარამეტრი, {costs:magnitude} გამრავლება-შეკრება ერთ სახეზე და "
    "{seconds:duration} წვრთნა.",
    "cost.lean": "იმათგან, რომლებიც მას ერთ პუნქტზე მეტით არ ჩამორჩება, ყველაზე იაფია {name:code}: {costs:magnitude} "
    "გამრავლება-შეკრება, {parameters:magnitude} პარამეტრი.",
    "cost.dearest": "იმ ქსელებს შორის, რომლებმაც რამე ისწავლეს, ყველაზე ძვირია {name:code} ({costs:magnitude} "
    "გამრავლება-შეკრება); ის {behind:points} პუნქტით ნაკლებს აღწევს.",
    # training/fit.py: what to do about a network
    "advice.diverged": "შეამცირეთ სწავლის სიჩქარე: წვრთნა განშლადი აღმოჩნდა.",
    "advice.parts": "დაამატეთ {parts} ან შეამცირეთ სწავლის სიჩქარე: ქსელი შესავალი მონაცემებიდან ვერაფერს სწავლობს.",
    "advice.parts.or": " ან ",
    "advice.slower": "შეამცირეთ სწავლის სიჩქარე: ქსელი შესავალი მონაცემებიდან ვერაფერს სწავლობს.",
    "advice.overfits": "ქსელი თავის სასწავლო სახეებს ბევრად უკეთ იცნობს, ვიდრე სხვებს; ჩვეულებრივ შველის {parts}.",
    "advice.overfits.more": "ქსელი თავის სასწავლო სახეებს ბევრად უკეთ იცნობს, ვიდრე სხვებს; აუგმენტაცია, დროპაუტი და "
    "წონების მილევა უკვე აქვს: შეიძლება უშველოს მათმა გაძლიერებამ ან ნაკლებმა ტევადობამ.",
    "advice.longer": "გააგრძელეთ წვრთნა: შეჩერებისას ქსელი ჯერ კიდევ უმჯობესდებოდა.",
    "advice.once": "გააგრძელეთ წვრთნა: ერთი ეპოქის შემდეგ მისი მიმდინარეობის შესახებ ვერაფერს ვიტყვით.",
    "advice.underfits": "გაზარდეთ ტევადობა, შეასწორეთ განრიგი ან შეასუსტეთ რეგულარიზაცია: ქსელი იმასაც ვერ სწავლობს, "
    "რასაც აჩვენებენ.",
    "advice.fits": "მეტმა ტევადობამ ან უფრო ხანგრძლივმა განრიგმა შეიძლება ორივე სიზუსტე კიდევ გაზარდოს.",
    # caveats.py and reference.py
    "reference": "ეტალონი: თერთმეტი ქსელი, თითოეული ერთხელ გაწვრთნილი FER2013-ის {train:,} სასწავლო სახეზე; მოცემულია "
    "საუკეთესო სიზუსტე მის {validation:,} სავალიდაციო სახეზე.",
    "reference.caveat": "განსხვავების სტანდარტული ცდომილება ისეა გამოთვლილი, თითქოს ორივე რიცხვი დამოუკიდებელი "
    "შერჩევებიდან იყოს მიღებული. ორივე ქსელმა ერთი და იგივე სახეები ნახა, ამიტომ სახეების შემთხვევითობისთვის ის უფრო "
    "დიდია, ვიდრე საჭიროა; {seeds}. ორივე რიცხვი საუკეთესო ეპოქის სიზუსტეა. როგორ გაზომა ეტალონმა სასწავლო "
    "სიზუსტე, ჩაწერილი არ არის; ჩვენი სიზუსტე ხელახლა იზომება შენახული წონებით, აუგმენტაციისა და დროპაუტის გარეშე, "
    "სასწავლო სახეების ერთსა და იმავე ნიმუშზე (არაუმეტეს {sample:,} სახისა).",
    "reference.seeds": "საწყისი მნიშვნელობის შემთხვევითობა კი ისეა გათვალისწინებული, თითქოს ეტალონის წვრთნებსაც იგივე "
    "გადახრა ჰქონდეს, რაც ჩვენს წვრთნებს",
    "reference.seeds.one": "საწყისი მნიშვნელობის შემთხვევითობას კი არ ითვალისწინებს",
    "agreement": "{networks:words} ქსელიდან ეტალონს {agreeing:agree} განსხვავების სამი სტანდარტული ცდომილების "
    "ფარგლებში (სამი, რადგან ერთდროულად ამდენ ქსელს ვადარებთ); აქ უფრო მაღალი სიზუსტე აქვს {higher:dative_words}, "
    "უფრო დაბალი — {lower:dative_words}.",
    "apart.above": "{accuracy:percent}; ეტალონის {theirs:percent}-ს {size:points} პუნქტით აღემატება. {why}",
    "apart.below": "{accuracy:percent}; ეტალონის {theirs:percent}-ს {size:points} პუნქტით ჩამორჩება. {why}",
    "why.collapsed": "აქ ის ერთ კლასზე ჩაიკეტა და მისი მაჩვენებელი იმ ქსელისაა, რომელმაც ვერაფერი ისწავლა.",
    "why.theirs_collapsed": "ეტალონის ქსელი ყველა სახეს ერთსა და იმავე კლასს მიაკუთვნებდა; აქ იგივე ქსელი სწავლობს.",
    "why.moves": "აუგმენტაცია აქ ზომიერია (მობრუნება {turns:g}°-მდე, წანაცვლება {shifts:g} %-მდე, ზომის ცვლილება "
    "{sizes:g} %-მდე) და {epochs:span} ეპოქა ჰქონდა; ეტალონი თავისას ზედმეტად აგრესიულს უწოდებს.",
    "why.train": "სასწავლო სახეებზე აქ {ours:percent} აქვს, იქ — {theirs:percent}.",
    "certainty": "{accuracy:percent}, რომელსაც {name:code} აღწევს, {faces:,} სახის წილია: ერთი სტანდარტული ცდომილება "
    "{error:points} პუნქტია, 95 %-იანი სანდოობის ინტერვალი კი {low:percent}-დან {high:percent}-მდეა. ქსელები ერთსა და "
    "იმავე სახეებზე წყვილ-წყვილადაა შედარებული, სახეების ბუტსტრეპით (სადაც 25-ზე ნაკლები სახე განსხვავდება, "
    "ნიშანთა ზუსტი ტესტით). p-მნიშვნელობები შესწორებულია "
    "(ჰოლმი) ეტაპის ყველა წყვილის, სათაურში კი ყველა ქსელის ყველა წყვილის რაოდენობის მიხედვით, რადგან "
    "პირველი ქსელი იმავე სახეებითაა არჩეული, რომლებითაც მოწმდება. სადაც p აღემატება "
    "{limit:.2f}-ს, გვერდი წერს: *თანაბარი*.",
    "seeds": "თითოეული ქსელი {seeds:words} საწყისი მნიშვნელობით გაიწვრთნა. სიზუსტის სტანდარტული გადახრა მათ მიხედვით "
    "{least:share}-დან ({steadiest:code}) {most:points} პუნქტამდეა ({shakiest:code}). ტესტებში გათვალისწინებულია "
    "საწყისი მნიშვნელობით გამოწვეული ცვალებადობაც (შეფასებულია ყველა შედარებული ქსელის მიხედვით "
    "ერთად; იმ ქსელისთვის კი, რომელიც ერთხელ მაინც ჩაიკეტა ერთ კლასზე, მხოლოდ მისი გაშვებების მიხედვით); "
    "ინტერვალები მხოლოდ სახეების შერჩევას მოიცავს.",
    "seeds.one": "თითოეული ქსელი ერთი გაშვებითაა აღწერილი. რას შეცვლიდა სხვა საწყისი მნიშვნელობა, მის მაჩვენებლებში "
    "არ ჩანს: ინტერვალები და ტესტები მხოლოდ სახეების შერჩევას მოიცავს, ამიტომ მცირე უპირატესობა სხვა საწყისი "
    "მნიშვნელობით შეიძლება შებრუნდეს.",
    "machines": "ერთი ქსელის გაშვებები სხვადასხვანაირ მოწყობილობაზე შესრულდა: {machines:listed}. გადახრა იმასაც "
    "მოიცავს, რასაც მოწყობილობა ცვლის; ქსელის დრო იმ გაშვებების საშუალოა, რომლებიც იმავე მოწყობილობაზე შესრულდა, "
    "რომელზეც პირველი.",
    "machines.times": " ეს მოწყობილობა ქსელიდან ქსელამდე განსხვავდება: მათი დრო ერთმანეთს ვერ შეედრება.",
    "machines.between": "ქსელები სხვადასხვანაირ მოწყობილობაზეა გაწვრთნილი: {machines:listed}. მათ შორის სხვაობა იმასაც "
    "მოიცავს, რასაც მოწყობილობა ცვლის, ხოლო მათი დრო ერთმანეთს ვერ შეედრება.",
    "commits": "გაშვებები კოდის სხვადასხვა ვერსიით შესრულდა, სულ {commits}; ისინი ქვემოთაა დასახელებული, + კი "
    "ჩაუწერელ ცვლილებებს აღნიშნავს.",
    "times": "{runs:words} გაშვებიდან {disturbed:words} შეიცავს ეპოქას, რომელმაც ჩვეულებრივზე სამჯერზე მეტ ხანს "
    "გასტანა: მოწყობილობა სხვა საქმესაც აკეთებდა, ამიტომ ამ გვერდის დროები ზედა ზღვრებია.",
    "twins": "{faces:,} სავალიდაციო სახიდან {twins:,} სახეს სასწავლო ნაწილში იდენტური ტყუპი აქვს. მათ გარეშე "
    "{name:code} {accuracy:percent}-ს აღწევს ({change:signed}).",
    "twins.none": "არც ერთ სავალიდაციო სახეს სასწავლო ნაწილში იდენტური ტყუპი არ აქვს.",
    "twins.turned": "ეტაპზე „{stage}“ პირველი {other:code} იქნებოდა და არა {winner:code}{standing}.",
    "twins.not_turned": "არც ერთ ეტაპზე გამარჯვებული არ შეიცვლებოდა.",
    "overtaken": "არჩეული ქსელი ბოლო ეტაპზე პირველია, მაგრამ უფრო ადრინდელი ეტაპის ქსელს {better:code} უფრო მაღალი "
    "სიზუსტე აქვს: {reached:percent}, არჩეულს — {accuracy:percent}{standing}.",
    "limits": "რას ვერ გვეტყვის კვლევა: {networks:words} ქსელიდან პირველი სწორედ იმ სავალიდაციო სახეებით შეირჩა, "
    "რომლებიც მის მაჩვენებელს იძლევა, ამიტომ მაჩვენებელი ზევითაა გადახრილი",
    "limits.test": ", ხოლო რამდენით, მხოლოდ სატესტო ნაწილი აჩვენებს.",
    "limits.no_test": "; სატესტო ნაწილი, რომელიც აჩვენებდა, რამდენით, არ არსებობს.",
    "limits.epochs": " გარდა ამისა, სადაც საუკეთესო ეპოქაა შენახული, მისი მაჩვენებელი ამავე სახეებზე "
    "{epochs:span} ეპოქიდან საუკეთესოა.",
    "limits.elsewhere": " კვლევა არაფერს ამბობს არც სხვა წარმომავლობის სახეებზე და არც იმაზე, რას გრძნობს ადამიანი: "
    "ჭდეები გამომეტყველებას ასახელებს.",
    "limits.labels": " ადამიანები FER2013-ის ჭდეებს სახეების 65 ± 5 %-ზე ეთანხმებიან.",
    # provenance.py
    "sealed": "დალუქულია: ის არც ერთ წვრთნას, არც ერთ არჩევანს და ამ გვერდის არც ერთ მაჩვენებელს არ უნახავს. "
    "`{command}` მას არჩეული ქსელისთვის გახსნის, ერთხელ.",
    "sealed.none.yet": "ამ მონაცემებს სატესტო ნაწილი არ აქვს.",
    "sealed.none": "ამ მონაცემებს სატესტო ნაწილი არ აქვს; ზემოთ მოცემულ მაჩვენებელს, რომლის მიხედვითაც ქსელი შეირჩა, "
    "არაფერი ამოწმებს.",
    "opened.once": "გაიხსნა ერთხელ, {first:%Y-%m-%d}.",
    "opened.again": "გაიხსნა {times}-ჯერ: პირველად {first:%Y-%m-%d}, ბოლოს {last:%Y-%m-%d}.",
    "opened.first": "პირველმა გახსნამ ქსელისთვის {name:code} {accuracy:percent} მოგვცა; ეს ერთადერთი "
    "მაჩვენებელია, რომელზეც ვერაფერს მოარგებდნენ.",
    "opened.first.elsewhere": "პირველმა გახსნამ ქსელისთვის {name:code} {accuracy:percent} მოგვცა.",
    "opened": "{name:code} {faces:,} სატესტო სახის **{accuracy:percent}**-ზე იმავე პასუხს იძლევა, რაც ჭდეშია "
    "მითითებული (95 %: {interval:interval}){twins}; მაკრო-F1 {macro_f1:.3f}, კალიბრაციის მოსალოდნელი ცდომილება "
    "{error:points} პუნქტი.",
    "opened.twins": ", {accuracy:percent}-ზე, თუ გამოვრიცხავთ {twins:,} სახეს, რომლებსაც სასწავლო ნაწილში იდენტური "
    "ტყუპი აქვს",
    "opened.elsewhere": "მანამდე იგივე შენახული სატესტო სახეები სხვა კვლევებისა და გაშვებებისთვის გაიხსნა {times}-ჯერ.",
    "opened.other": "ის სხვა გაშვებისთვის გაიხსნა და არა ქსელისთვის {name:code}, რომელსაც ეს გვერდი არჩეულად აჩვენებს.",
    "opened.more": "ეს {difference:points} პუნქტით მეტია, ვიდრე იმავე გაშვების სიზუსტე ვალიდაციაზე.",
    "opened.less": "ეს {difference:points} პუნქტით ნაკლებია, ვიდრე იმავე გაშვების სიზუსტე ვალიდაციაზე.",
    "opened.same": "ეს იმდენივეა, რამდენიც იმავე გაშვების სიზუსტე ვალიდაციაზე.",
    "test.title": "სატესტო ნაწილი",
    "made.title": "როგორ შეიქმნა",
    "made.command": "ბრძანება",
    "made.seeds": "საწყისი მნიშვნელობები",
    "made.data": "მონაცემები",
    "made.data.none": "აღწერილი არ არის",
    "made.checksum": "საკონტროლო ჯამი",
    "made.faces": "სახეები",
    "made.faces.counts": "{train:,} სასწავლო, {validation:,} სავალიდაციო",
    "made.trained": "წვრთნა",
    "made.trained.day": "{runs:words} გაშვება, ჯამში {seconds:duration}, დასრულდა {first:%Y-%m-%d}",
    "made.trained.days": "{runs:words} გაშვება, ჯამში {seconds:duration}, დასრულდა {first:%Y-%m-%d} – {last:%Y-%m-%d}",
    "made.commit": "კოდის ვერსია",
    "made.commit.none": "უცნობია",
    "made.device": "მოწყობილობა",
    "made.device.threads": "{device}, {threads} ნაკადი, {precision}",
    "made.system": "სისტემა",
    "made.versions": "ვერსიები",
    "made.ledger": "ჟურნალი",
    "made.ledger.is": "`{file}`: ყოველი გაშვება თავისი ეპოქებით; აქ მოცემული ყველა რიცხვი მისგანაა გამოთვლილი",
    # tables.py
    "ranking.caption": "სიზუსტე და სხვაობა პროცენტებშია{seeds}; სხვაობა არის სასწავლო სიზუსტეს, რომელიც აუგმენტაციისა "
    "და დროპაუტის გარეშეა გაზომილი, გამოკლებული სავალიდაციო სიზუსტე. „შენახ. ეპოქა“: შენახული ეპოქა და ეპოქების "
    "რაოდენობა; „გამრ.-შეკრ.“: გამრავლება-შეკრება ერთ სახეზე.",
    "ranking.legend": "მარცხენა ზოლი პირველ ქსელს მის თანაბრებთან აერთიანებს.",
    "ranking.seeds": "; ± არის სტანდარტული გადახრა {seeds:words} საწყისი მნიშვნელობის მიხედვით",
    "column.network": "ქსელი",
    "column.changes": "ცვლილება",
    "column.validation": "ვალიდაცია",
    "column.validation.n": "ვალიდაცია, n = {faces:,}",
    "column.validation.percent": "ვალიდაცია, %",
    "column.without_twins": "ტყუპების გარეშე",
    "column.gap": "სხვაობა",
    "column.best_epoch": "შენახ. ეპოქა",
    "column.parameters": "პარამეტრი",
    "column.multiply_adds": "გამრ.-შეკრ.",
    "column.time": "დრო",
    "column.verdict": "მორგება",
    "column.standing": "შედეგი",
    "column.ours": "ჩვენი",
    "column.reference": "ეტალონი",
    "column.difference": "განსხვავება",
    "column.three_errors": "3 სც",
    "column.train_ours": "სასწავლო, ჩვენი",
    "column.train_reference": "სასწავლო, ეტალონი",
    "column.emotion": "ემოცია",
    "column.faces": "სახეები",
    "column.recall": "სრულობა, %",
    "column.precision": "პრეციზიულობა, %",
    "column.label": "ჭდე",
    "column.seed": "საწყისი მნიშვნელობა",
    "column.finished": "დასრულდა (UTC)",
    "column.device": "მოწყობილობა",
    "column.fingerprint": "ანაბეჭდი",
    "cell.base": "საბაზისო",
    "cell.first": "პირველი",
    "cell.tie": "თანაბარი, {p:probability}",
    "cell.chance": "{p:probability}",
    "cell.time": "{seconds:duration}",
    "cell.unfinished": "არ დასრულებულა",
    "cell.epochs": "{best:span} / {last:span}",
    "cell.differs": "განსხვავდება",
    "cell.agrees": "3 სც-ის ფარგლებში",
    "cell.emotion": "{emotion:both}",
    "cell.run": "გაშვება",
    "change.without": "{field:genitive} გარეშე",
    "reference.caption": "ყოველი ქსელი ეტალონის გვერდით, პროცენტებში; სც: განსხვავების სტანდარტული ცდომილება.",
    "emotions.caption": "ემოციების მიხედვით: ემოციის სახეების რა წილს პოულობს ქსელი (სრულობა, recall).",
    "emotions.caption.precision": "ემოციების მიხედვით: ემოციის სახეების რა წილს პოულობს ქსელი (სრულობა, recall) და იმ "
    "სახეების რა წილს აქვს ეს ემოცია, რომლებსაც მისი სახელი მიეცა (პრეციზიულობა, precision).",
    "confusion.caption": "აღრევის მატრიცა რაოდენობებში: სტრიქონი ჭდეა, სვეტი — პასუხი.",
    "runs.caption": "კვლევის ყველა გაშვება, როგორც ჟურნალშია.",
    "runs.caption.unused": "ამ გვერდის გაშვებები, როგორც ჟურნალშია, და ჟურნალის კიდევ {runs:words} გაშვება, რომელსაც "
    "ეს გვერდი არ იყენებს.",
    # html.py
    "page.contents": "სარჩევი",
    "page.sort": "დალაგება",
}
