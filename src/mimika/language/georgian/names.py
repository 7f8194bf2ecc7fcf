"""What Georgian calls the things that the program names in English."""

from collections.abc import Mapping, Sequence
from typing import Final

NAMES: Final[Mapping[str, str]] = {
    # the emotions
    "angry": "ბრაზი",
    "disgust": "ზიზღი",
    "fear": "შიში",
    "happy": "სიხარული",
    "sad": "სევდა",
    "surprise": "გაკვირვება",
    "neutral": "ნეიტრალური",
    # the fit check's verdicts
    "collapsed to one class": "ერთ კლასზე ჩაიკეტა",
    "underfits": "არასაკმარისად მორგებულია",
    "overfits": "ზედმეტად მორგებულია",
    "fits": "სათანადოდ მორგებულია",
    # stages and their questions
    "depth": "სიღრმე",
    "regularization": "რეგულარიზაცია",
    "architecture": "არქიტექტურა",
    "training": "წვრთნა",
    "teachers": "მასწავლებლები",
    "How many layers?": "რამდენი ფენა?",
    "What keeps it from memorising?": "რა იცავს ქსელს დაზეპირებისგან?",
    "Do channel attention or skip connections help?": "შველის თუ არა არხული ყურადღება ან შემოვლითი კავშირი?",
    "How far does the same network go when it is trained better?": "რამდენად შორს მიდის იგივე ქსელი, თუ "
    "უკეთ გავწვრთნით?",
    "Which networks answer well, each in a way of its own?": "რომელი ქსელები პასუხობს კარგად, თითოეული თავისებურად?",
    # what variants may change
    "attention": "არხული ყურადღება",
    "augmentation": "აუგმენტაცია",
    "batch norm": "პაკეტური ნორმალიზაცია",
    "batch size": "პაკეტის ზომა",
    "blocks": "ბლოკები",
    "brightness": "სიკაშკაშე",
    "contrast": "კონტრასტი",
    "devices": "მოწყობილობები",
    "distillation": "დისტილაცია",
    "dropout": "დროპაუტი",
    "ema decay": "წონების მცოცავი საშუალო",
    "ema every": "მცოცავი საშუალოს ბიჯი",
    "epochs": "ეპოქები",
    "erasing": "მართკუთხედის წაშლა",
    "flip": "სარკული არეკვლა",
    "keep": "შენახული ეპოქა",
    "kernel": "ბირთვი",
    "label smoothing": "ჭდეების გაგლუვება",
    "learning rate": "სწავლის სიჩქარე",
    "mirrored": "სარკული ხედები",
    "mixup": "სახეების შერევა",
    "name": "სახელი",
    "optimizer": "ოპტიმიზატორი",
    "patience": "მოთმინება",
    "precision": "გამოთვლის სიზუსტე",
    "rotation degrees": "მობრუნების გრადუსები",
    "scale": "ზომის ცვლილება",
    "schedule": "განრიგი",
    "seed": "საწყისი მნიშვნელობა",
    "share": "მასწავლებლების წილი",
    "shift": "წანაცვლება",
    "sizes": "სახეების ზომები",
    "skip": "შემოვლითი კავშირი",
    "stages": "საფეხურები",
    "threads": "ნაკადები",
    "views": "ხედები",
    "warmup": "გახურება",
    "weight decay": "წონების მილევა",
    "width": "სიგანე",
    # what they may be changed to, where that is a word; an optimizer keeps its name
    "32-true": "32 ბიტი",
    "adam": "Adam",
    "auto": "ავტომატური",
    "best": "საუკეთესო",
    "bf16-mixed": "შერეული bf16",
    "constant": "მუდმივი",
    "cosine": "კოსინუსური",
    "last": "ბოლო",
    "muon": "Muon",
    "sgd": "SGD",
    # what a network may lack
    "skip connections": "შემოვლითი კავშირები",
    # kinds of layers
    "convolution": "კონვოლუცია",
    "linear": "წრფივი",
    "stem": "შესავალი",
}

_INCOMPARABLE: Final = "მაჩვენებლები შესადარებელი არ არის"

PHRASES: Final[Sequence[tuple[str, str]]] = (
    (r"the official FER2013 (\(md5 .*\))", r"ოფიციალური FER2013 \1"),
    (r"the official FER2013 as (\S+) (\(md5 .*\))", r"ოფიციალური FER2013, ფაილი \1 \2"),
    (
        r"FER2013's train split alone, the competition's (\S+) (\(md5 .*\))",
        r"მხოლოდ FER2013-ის სასწავლო ნაწილი, კონკურსის ფაილი \1 \2",
    ),
    (r"the official FER2013 by its counts", "ოფიციალური FER2013, რაოდენობების მიხედვით"),
    (r"the official FER2013 by its counts, without (\w+)", r"ოფიციალური FER2013, რაოდენობების მიხედვით, \1-ის გარეშე"),
    (r"FER2013's train split alone, by its counts", "მხოლოდ FER2013-ის სასწავლო ნაწილი, რაოდენობების მიხედვით"),
    (
        r"FER2013 with PublicTest and PrivateTest swapped: .*",
        f"FER2013, რომელშიც PublicTest-სა და PrivateTest-ს ადგილები აქვთ გაცვლილი: {_INCOMPARABLE}",
    ),
    (r"FER2013 with (\w+) in place of (\w+): .*", rf"FER2013, რომელშიც \2-ის ადგილას \1 დგას: {_INCOMPARABLE}"),
    (
        r"FER2013 by its counts, PublicTest and PrivateTest mixed into one test split",
        "FER2013, რაოდენობების მიხედვით; PublicTest და PrivateTest ერთ სატესტო ნაწილადაა შერეული",
    ),
    (
        r"FER2013 with PublicTest and PrivateTest mixed into validation: .*",
        f"FER2013, რომელშიც PublicTest და PrivateTest სავალიდაციო ნაწილშია შერეული: {_INCOMPARABLE}",
    ),
    (
        r"FER2013 with its classes numbered alphabetically: .*; split anew \(.*\)",
        "თავიდან დაყოფილი FER2013, რომლის კლასები ანბანის მიხედვითაა დანომრილი: სევდის, გაკვირვებისა და ნეიტრალურის "
        "სახელები არეულია",
    ),
    (
        r"FER2013 with its classes numbered alphabetically: .*",
        "FER2013, რომლის კლასები ანბანის მიხედვითაა დანომრილი: სევდის, გაკვირვებისა და ნეიტრალურის სახელები არეულია",
    ),
    (r"FER2013 split anew \(.*\): .*", f"თავიდან დაყოფილი FER2013: {_INCOMPARABLE}"),
    (r"no known copy of FER2013 \(.*\)", "FER2013-ის უცნობი ასლი"),
    (r"(?:\S+ )?faces drawn by mimika, seed (\d+)", r"mimika-ს დახატული სახეები, საწყისი მნიშვნელობა \1"),
)
