"""What the pictures on the page say: titles, notes, axes, and what shows where the pointer rests."""

from collections.abc import Mapping
from typing import Final

PICTURES: Final[Mapping[str, str]] = {
    # figures/path.py and path_layout.py
    "path.note": "წერტილები: ქსელები ვალიდაციაზე, 95\u00a0%-იანი ინტერვალებით.",
    "path.note.line": " ხაზი: ეტაპის საბაზისო ქსელიდან გამარჯვებულამდე.",
    "path.note.reference": " რომბები: ეტალონი.",
    "path.note.reference.winners": " პუნქტირი: ეტალონის გამარჯვებულები.",
    "path.note.below": " სამკუთხედები: ღერძის ქვემოთ.",
    "path.title.none": "გამარჯვებული ჯერ არც ერთ ეტაპზე არ არის",
    "path.title.one": "ეტაპზე „{stage}“ იმარჯვებს {name}: {accuracy}",
    "path.title": "{way}\u00a0%: {name}",
    "path.stage": "{stage}",
    "path.before": "იგივე",
    "path.tip": "{name}: {accuracy} ({low} – {high})",
    "path.tip.reference": "{name} ეტალონში: {accuracy}",
    # figures/training.py
    "curves.title": "ყველაზე მეტს აღწევს {name}: {accuracy}; სხვაობა სასწავლო სიზუსტესთან {least:gap_alone}-დან "
    "{most:gap} პუნქტამდეა",
    "curves.title.one.more": "{name} აღწევს {accuracy}-ს, სასწავლო სახეებზე კი {gap:points} პუნქტით მეტს",
    "curves.title.one.less": "{name} აღწევს {accuracy}-ს, სასწავლო სახეებზე კი {gap:points} პუნქტით ნაკლებს",
    "curves.note": "სიზუსტე. წყვეტილი: სასწავლო, წვრთნის დროს. უწყვეტი: სავალიდაციო. წერტილი: შენახული ეპოქა. "
    "რგოლი: სასწავლო, შენახული წონებით; სხვაობა მათ შორის იზომება.",
    "curves.epoch": "ეპოქა",
    "curves.several": "რამდენიმე გაშვებიდან ნაჩვენებია პირველი, რომლის შეფასებაც ქსელის შეფასებას ემთხვევა; "
    "სათაურში საშუალო მაჩვენებლებია.",
    "curves.tip.train": "{name}: {accuracy} სასწავლო სახეებზე, შენახული წონებით",
    "curves.tip.validation": "{name}, ეპოქა {epoch}: {accuracy} ვალიდაციაზე",
    "seeds.title": "{what} {name} {most:points} პუნქტით იცვლება, {steadiest} კი {least:points} პუნქტით",
    "seeds.title.alike": "{what} თითოეული ქსელი {most:points} პუნქტით იცვლება",
    "seeds.title.one": "{name}: {seeds:words} საწყისი მნიშვნელობის შედეგები ერთმანეთს {apart:points} პუნქტით "
    "სცილდება{mean}",
    "seeds.mean": "; საშუალოა {accuracy} ± {spread:share}",
    "seeds.alone": "მხოლოდ საწყისი მნიშვნელობის გამო",
    "seeds.and_others": "საწყისი მნიშვნელობის, აგრეთვე სხვა მოწყობილობის ან კოდის გამო",
    "seeds.note": "სიზუსტე. წყვეტილი: სასწავლო, წვრთნის დროს. უწყვეტი: სავალიდაციო. ხაზები: საშუალო საწყისი "
    "მნიშვნელობების მიხედვით. ზოლები: უმცირესიდან უდიდესამდე. წერტილები: შენახული ეპოქები.",
    "seeds.tip": "{name}, საწყისი მნიშვნელობა {seed}, ეპოქა {epoch}: {accuracy} ვალიდაციაზე",
    # figures/networks.py: the drawing
    "drawing.title": "{name}: {parameters} პარამეტრი, აქედან {share} ფენაში „{layer}“; {costs} გამრავლება-შეკრება ერთ "
    "სახეზე",
    "drawing.kernels": "ბირთვები: {side}×{side} შესავალ ფენაში და ყოველი ნარჩენი ბლოკის პირველ კონვოლუციაში, 3×3 — "
    "მეორეში.",
    "drawing.channels": "არხები, ნეირონები",
    "drawing.side": "გვერდი",
    "drawing.weights": "წონები",
    "drawing.batch_norm": "პაკეტური ნორმ.",
    "drawing.attention": "ყურადღება",
    "drawing.skip": "შემოვლა",
    "drawing.dropout": "დროპაუტი",
    "drawing.multiply_adds": "გამრ.-შეკრება",
    "drawing.face": "სახე",
    "drawing.conv": "კონვ. {number}",
    "drawing.block": "ბლოკი\n{number}",
    # figures/cost.py
    "costs.parameters": "პარამეტრები",
    "costs.multiply_adds": "გამრავლება-შეკრება",
    "costs.time": "წვრთნის დრო",
    "costs.duration": "{seconds:brief}",
    "costs.note": "სიზუსტე ვალიდაციაზე და მისი ფასი, ლოგარითმულ სკალაზე. ლურჯი, შეერთებული, 95\u00a0%-იანი "
    "ინტერვალებით: ქსელები, რომელთა სიზუსტეს უფრო იაფად ვერც ერთი აღწევს. რგოლი: არჩეული ქსელი.",
    "costs.note.below": " სამკუთხედები: ნახაზის ქვემოთ.",
    "costs.tip": "{name}: {accuracy} ({low} – {high}), {parameters} პარამეტრი, {costs} გამრავლება-შეკრება, "
    "{seconds:duration}",
    "costs.title.best": "{name} აღწევს {accuracy}-ს; უფრო იაფი ამდენს ვერ აღწევს",
    "costs.title.beaten": "{name} აღწევს {accuracy}-ს; ყველა საზომით არსებობს უფრო იაფი, რომელიც ამდენსვე აღწევს",
    "costs.title.tie": "{name} აღწევს {accuracy}-ს; {tie} მას უფრო იაფად უტოლდება",
    "costs.title.some": "{name} აღწევს {accuracy}-ს; ამდენს ვერ აღწევს ვერც ერთი, რომელსაც {measures} სჭირდება",
    "costs.or": " ან ",
    "costs.fewer_parameters": "ნაკლები პარამეტრი",
    "costs.fewer_multiply_adds": "ნაკლები გამრავლება-შეკრება",
    "costs.less_time": "წვრთნის ნაკლები დრო",
    # figures/judging.py
    "confusion.title": "{total:,} სახიდან, რომელთა ჭდეა „{given}“, {share} მიჩნეულია ემოციად „{taken}“",
    "confusion.title.few": "სახეები ცოტაა იმის სათქმელად, რომელი ემოცია რომელში ერევა: თითოეულისა {fewest}-ზე ნაკლებია",
    "confusion.title.only_few": "სხვაში მხოლოდ ის ემოციები ერევა, რომლებსაც {fewest}-ზე ნაკლები სახე აქვს",
    "confusion.title.none": "არც ერთი ემოცია სხვაში არ ერევა",
    "confusion.note": "რიცხვები: წილი სტრიქონში, რომელსაც ფერიც აჩვენებს, და მის ქვემოთ სახეების რაოდენობა.",
    "confusion.predicted": "პასუხი",
    "confusion.given": "ჭდე",
    "confusion.tip": "ჭდე „{given}“, პასუხი „{taken}“: {count:,}, სულ {total:,} ({share})",
    "recall.title.few": "სახეები ცოტაა იმის სათქმელად, რომელ ემოციას ცნობს ყველაზე კარგად: უმეტესობისა {fewest}-ზე "
    "ნაკლებია",
    "recall.title": "ყველაზე კარგად {best:dative} ცნობს ({found}, n = {best_faces:,}), ყველაზე ცუდად — {least:dative} "
    "({missed}, n = {least_faces:,})",
    "recall.note": "ზოლი: სრულობა (recall), ემოციის სახეებიდან ნაპოვნის წილი. რომბი: პრეციზიულობა (precision), ასეთი "
    "პასუხებიდან სწორის წილი.",
    "recall.tip": "{emotion}: სრულობა {recall}, პრეციზიულობა {precision}",
    "recall.recall": "სრულობა",
    "recall.precision": "◆ პრეციზ.",
    "reliability.title.fair": "მთლიანობაში დაახლოებით იმდენადაა დარწმუნებული, რამდენადაც მართალია",
    "reliability.title.surer": "მთლიანობაში {apart:points} პუნქტით უფრო დარწმუნებულია, ვიდრე მართალი",
    "reliability.title.less_sure": "მთლიანობაში {apart:points} პუნქტით ნაკლებადაა დარწმუნებული, ვიდრე მართალია",
    "reliability.note": "წყვეტილი: რამდენადაც დარწმუნებულია, იმდენადვე მართალია. ხაზები წერტილებზე: 95\u00a0%-იანი "
    "ინტერვალები; n = {faces:,}.",
    "reliability.right": "სწორი პასუხების წილი",
    "reliability.faces": "სახეების წილი",
    "reliability.probability": "პასუხად მიცემული ემოციის ალბათობა",
    "reliability.tip": "{count:,} სახე: დარწმუნებულია {sure}-ით, მართალია {right}-ში ({low} – {high})",
    "pairs.none": "არც ერთი წყვილი არ ირევა",
    "pairs.title": "ყველაზე ხშირად ირევა {first} და {second}: {mistakes:,} შეცდომიდან {together:,} ({share})",
    "pairs.note": "თითოეულ ნაწილს იმ ემოციის ფერი აქვს, რომელიც ჭდეშია მითითებული.",
    "pairs.faces": "სახეები",
    "pairs.pair": "{together:,}: {first} → {second} {there:,}, ← {back:,}",
    "pairs.tip": "ჭდე „{given}“, პასუხი „{taken}“: {count:,}",
    # the sheet of mistakes, which a run leaves
    "mistakes.caption": "არასწორი პასუხები, რომლებშიც ქსელი ყველაზე დარწმუნებული იყო, ჭდესთან და პასუხთან ერთად. "
    "სურათი წვრთნის დროს იქმნება, ამიტომ ემოციები მასზე თავიანთი იდენტიფიკატორებითაა აღნიშნული.",
}
