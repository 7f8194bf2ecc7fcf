"""What the page and report.md say."""

from collections.abc import Mapping
from typing import Final

# A key is named after the function that tells it; what follows a dot is a part or a variant of that.
REPORT: Final[Mapping[str, str]] = {
    # sentences.py: the finding
    "finding": "Of {networks:words} networks, {name:code} comes first with {accuracy:percent}{seeds} on validation",
    "finding.one": "{name:code}, the only network, reaches {accuracy:percent}{seeds} on validation",
    "finding.tie": ", a tie with {names:codes}",
    "finding.ties": ", a tie with {number:words} others",
    "finding.seeds": " ± {spread:share} ({seeds} seeds)",
    "finding.overtaken": "The last stage chooses {name:code} with {accuracy:percent}{seeds} on validation; "
    "{better:code} before it reaches {reached:percent}",
    "finding.unfinished": "Not finished yet: of {networks:words} networks that are, {name:code} leads with "
    "{accuracy:percent} on validation",
    "finding.unfinished.one": "Not finished yet: {name:code}, the only network that is, reaches {accuracy:percent} on "
    "validation",
    "finding.more_seeds": "Not finished yet: by {seeds:words} of {wanted:words} seeds the choice among "
    "{networks:words} networks is {name:code}, with {accuracy:percent} on validation",
    "finding.more_seeds.one": "Not finished yet: by {seeds:words} of {wanted:words} seeds {name:code}, the only "
    "network, reaches {accuracy:percent} on validation",
    "finding.begun": "Not finished yet: {runs:runs} so far, and no network has all its {seeds:words} seeds",
    "finding.none": "No run of this study is finished yet",
    "standing": " ({p:probability})",
    "standing.tie": ", a tie ({p:probability})",
    "opening": "{stages:Stages} ({names:listed}), {seeds:seeds} a network, {train:,} training faces. {name:code} "
    "answers {accuracy:percent} of {faces:,} validation faces as they are labelled ({spread}95 %: {interval:interval})"
    "{twins}.",
    "opening.twins": "; {accuracy:percent} without the {twins:,} that have an identical twin in train",
    "path": "From stage to stage the first reaches **{ours}** %.",
    "path.reference": "From stage to stage the first reaches **{ours}** %; in the reference, {theirs}.",
    # sentences.py and fitting.py: a network in a stage
    "evidence": "{accuracy:percent} on validation ({seeds}95 %: {interval:interval}, n = {faces:,}), {train:percent} "
    "on training faces, a gap of {gap:gap}; best at epoch {best:span} of {last:span}.",
    "evidence.last": "{accuracy:percent} on validation ({seeds}95 %: {interval:interval}, n = {faces:,}), "
    "{train:percent} on training faces, a gap of {gap:gap}, with the weights of the last of {last:span} epochs.",
    "evidence.seeds": "{seeds} seeds, ± {spread:share}; ",
    "agreeing": " ({agreeing} of {runs})",
    "fit.collapsed": "{share:percent} of the validation faces are called {emotion}",
    "fit.diverged": "the loss is not finite from epoch {epoch} on",
    "fit.mixed": "It collapsed to one class with {collapsed} of {runs} seeds: its means mix both kinds of run.",
    "fit.underfits": "even of the training faces it gets only {train:percent} right",
    "fit.underfits.rising": "even of the training faces it gets only {train:percent} right, and it was still getting "
    "better when it stopped",
    "fit.fits": "{train:percent} on training faces is less than {limit:points} above validation",
    "fit.seed": " (seed {seed})",
    "losses": "from epoch {first} to {last} the validation loss rises from {low:.2f} to {high:.2f} while the train "
    "loss falls from {before:.2f} to {after:.2f}",
    "losses.both": "from epoch {first} to {last} the validation loss rises from {low:.2f} to {high:.2f} while the "
    "train loss goes from {before:.2f} to {after:.2f}",
    "losses.level": "the gap opens while the validation loss stays where it is lowest, at {loss:.2f} from epoch "
    "{first} to {last}",
    "losses.falling": "the gap opens while the validation loss still falls, to {loss:.2f}",
    "losses.once": "at epoch {epoch} the validation loss is {validation:.2f} and the train loss {train:.2f}",
    "gradient": "the gradient has a norm of {far:scientific} at {last} and of {near:scientific} at {first}",
    "gradient.vanished": "the gradient has a norm of {far:scientific} at {last} and of {near:scientific} at {first}: "
    "it has vanished",
    "worth.one": "{change:capital}",
    "worth.together": "Together, {changes:listed}",
    "worth.many": "Together, its changes",
    "worth.nothing": "{who} makes no difference to {base:code} that can be told ({difference:signed}; paired, "
    "{p:probability}).",
    "worth.nothing.together": "{who} make no difference to {base:code} that can be told ({difference:signed}; paired, "
    "{p:probability}).",
    "worth.gain": "{who} is worth {difference:points} over {base:code} (paired, {p:probability}).",
    "worth.gain.together": "{who} are worth {difference:points} over {base:code} (paired, {p:probability}).",
    "worth.loss": "{who} costs {difference:points} against {base:code} (paired, {p:probability}).",
    "worth.loss.together": "{who} cost {difference:points} against {base:code} (paired, {p:probability}).",
    "decision.chosen": "the chosen network of the study.",
    "decision.goes_on": "comes first and goes on to {stage}.",
    "decision.by_rule": "comes first by the rule; {stage} starts from {base:code} all the same, because the study "
    "names it.",
    "decision.named": "goes on to {stage}, because the study names it; by the rule it would be {outcome}.",
    "decision.tie": "a tie with {winner:code} ({behind:points} behind, {p:probability}){size}",
    "decision.aside": "set aside, {behind:points} behind {winner:code} ({p:probability})",
    "decision.none": "none before the stage is finished.",
    "size.same": ", at the same size",
    "size.more": ", with more parameters ({ours:magnitude} against {theirs:magnitude})",
    "size.fewer": ", with fewer parameters ({ours:magnitude} against {theirs:magnitude})",
    # sentences.py and fitting.py: a stage
    "base": "Each variant changes {base:code}, which is a candidate itself.",
    "base.named": "Each variant changes {base:code}, which the study names and which is a candidate itself. "
    "**The rule would have chosen otherwise:** {ranked:code} came first in the stage before.",
    "same": "{name:code} is the same network as {first:code} and stands here under that name.",
    "conclusion.absent": "{names:codes_are} not finished",
    "conclusion.nothing": "None yet: {absent}.",
    "conclusion.leads": "None yet: {absent}. Of the others {name:code} leads with {accuracy:percent}; nothing is "
    "decided before.",
    "conclusion.first": "{name:code} has the highest accuracy, {accuracy:percent}.",
    "conclusion.base": "{name:code} has the highest accuracy, {accuracy:percent}: the base, no change helped.",
    "conclusion.tie": "{names:codes} ties with it: on {faces:,} faces the paired test does not tell the two apart.",
    "conclusion.ties": "{names:codes} tie with it: on {faces:,} faces the paired test does not tell them apart.",
    "conclusion.behind": "Significantly behind it in the paired test: {networks:listed}.",
    "conclusion.behind.seeds": "Significantly behind it in the paired test, seeds included: {networks:listed}.",
    "conclusion.behind.network": "{name:code} ({difference:signed})",
    "fits.named": "{names:listed}",
    "fits.both": "Both",
    "fits.all": "All {number:words}",
    "fits.overfits": "{who} overfits, by {gap:points}.",
    "fits.overfits.several": "{who} overfit, by {least:share} to {most:points}.",
    "fits.overfits.alike": "{who} overfit, by {gap:points}.",
    "fits.underfits": "{who} underfits.",
    "fits.underfits.several": "{who} underfit.",
    "fits.collapsed": "{who} has collapsed to one class.",
    "fits.collapsed.several": "{who} have collapsed to one class.",
    "fits.fits": "{who} fits.",
    "fits.fits.several": "{who} fit.",
    "handing_on": "The next stage, {stage}, starts from {base:code} and asks: {question:small}",
    "handing_on.named": "The next stage, {stage}, starts from {base:code}, which the study names, and asks: "
    "{question:small}",
    # study_report.py
    "subject": "The study *{study}*",
    "unfinished": "**This study is not finished**; {parts}. The command that started it goes on with it and trains "
    "nothing twice; everything below is preliminary.",
    "unfinished.missing": "missing: {networks:listed}",
    "unfinished.network": "{name:code} ({stage})",
    "unfinished.network.seeds": "{name:code} ({stage}, {done} of {seeds} seeds)",
    "unfinished.later": "not begun: {stages:listed}",
    "unfinished.even": " Below, every network is told by its runs with the seeds {seeds:listed}.",
    "unfinished.even.one": " Below, every network is told by its run with seed {seed}.",
    "stage.title": "{stage:capital}: {question:small}",
    "stage.entry": "*Evidence:* {evidence} *Analysis:* {analysis} *Decision:* {decision}",
    "stage.conclusion": "**Conclusion.** {conclusion}",
    "chosen.title": "The chosen network",
    "chosen.title.leads": "The network that leads so far",
    "chosen.seeds": " What follows is the best of its runs, that with seed {seed}: {accuracy:percent}.",
    "cost.title": "What it costs",
    "reference.title": "Beside the reference",
    "certainty.title": "How sure is this?",
    # judgement.py
    "chosen": "{name:code} has {parameters:,} parameters and costs {costs:magnitude} multiply-adds a face. It "
    "{verdict:does}{agreeing}: {train:percent} on training faces against {accuracy:percent} on validation. {advice}",
    "chosen.fitting": " Of the networks of this study that fit, {fitting:code} reaches most: {reached:percent} on "
    "validation, with a gap of {gap:gap}.",
    "emotions": "It finds {best} best, {found:percent} of its {best_faces:,} faces, and {least} least, "
    "{missed:percent} of {least_faces:,}, then {next_least}, {next_missed:percent} of {next_faces:,}.",
    "emotions.right": "When it says {surest} it is right most often, in {right:percent} of {answers:,} answers.",
    "emotions.macro_f1": "Its macro F1, in which every emotion counts alike, is {macro_f1:.3f}.",
    "confusions": "Of its {mistakes:,} mistakes, {together:,} are between {one} and {other}: {there:,} faces labelled "
    "{one} are called {other}, {back:,} the other way.",
    "confusions.none": "It makes no mistake on these faces.",
    "calibration": "On average it gives its answer a probability of {confidence:percent} and is right on "
    "{accuracy:percent}: {lean} (expected calibration error {error:points}).",
    "calibration.too_sure": "too sure of itself",
    "calibration.unsure": "not sure enough",
    "calibration.fair": "about as sure as it is right",
    "cost": "{name:code} has the highest accuracy, {accuracy:percent}, at {parameters:magnitude} parameters, "
    "{costs:magnitude} multiply-adds a face and {seconds:duration} of training.",
    "cost.learned": "Of the networks that learned, {name:code} has the highest accuracy, {accuracy:percent}, at "
    "{parameters:magnitude} parameters, {costs:magnitude} multiply-adds a face and {seconds:duration} of training.",
    "cost.lean": "Within one point of it, {name:code} costs least: {costs:magnitude} multiply-adds, "
    "{parameters:magnitude} parameters.",
    "cost.dearest": "The dearest of those that learned, {name:code} at {costs:magnitude} multiply-adds, reaches "
    "{behind:points} less.",
    # training/fit.py: what to do about a network
    "advice.diverged": "Lower the learning rate: the training diverged.",
    "advice.parts": "Add {parts}, or lower the learning rate: it learns nothing from its input.",
    "advice.parts.or": " or ",
    "advice.slower": "Lower the learning rate: it learns nothing from its input.",
    "advice.overfits": "It knows its training faces far better than others; what usually helps is {parts}.",
    "advice.overfits.more": "It knows its training faces far better than others; it has augmentation, dropout and "
    "weight decay already: more of these, or less capacity, may help.",
    "advice.longer": "Train longer: it was still getting better when it stopped.",
    "advice.once": "Train longer: after one epoch nothing can be said of its course.",
    "advice.underfits": "Add capacity, mend the schedule or regularise less: it does not learn even what it is shown.",
    "advice.fits": "More capacity or a longer schedule may still lift both accuracies.",
    # caveats.py and reference.py
    "reference": "The reference: eleven networks trained once each on FER2013's {train:,} training faces, best "
    "accuracy on its {validation:,} validation faces.",
    "reference.caveat": "The standard error of a difference takes both figures as drawn independently. Both networks "
    "saw the same faces, so for chance in the faces it is rather too large; {seeds}. Both give the accuracy of the "
    "best epoch. How the reference measured train accuracy is not recorded; ours is measured again with the kept "
    "weights, without augmentation and dropout, on a fixed sample of at most {sample:,} training faces.",
    "reference.seeds": "for chance in the seeds it takes the reference's one training as a draw of trainings that "
    "spread as ours do",
    "reference.seeds.one": "chance in the seed it leaves out",
    "agreement": "Of {networks:networks}, {agreeing:agree} with the reference within three standard errors of the "
    "difference (three, because so many are compared at once); {higher:are} higher here, {lower:are} lower.",
    "apart.above": "{accuracy:percent}, {size:points} above the reference's {theirs:percent}. {why}",
    "apart.below": "{accuracy:percent}, {size:points} below the reference's {theirs:percent}. {why}",
    "why.collapsed": "Here it collapsed to one class, and its figure is that of a network that learned nothing.",
    "why.theirs_collapsed": "The reference's answered one class to everything; here the same network learns.",
    "why.moves": "The augmentation here is mild (turns up to {turns:g}°, shifts up to {shifts:g} %, sizes up to "
    "{sizes:g} %) and had {epochs:span} epochs; the reference calls its own too aggressive.",
    "why.train": "On training faces it has {ours:percent} here and {theirs:percent} there.",
    "certainty": "The {accuracy:percent} of {name:code} is a share of {faces:,} faces: one standard error is "
    "{error:points}, and the 95 % interval runs from {low:percent} to {high:percent}. Networks are compared on the "
    "same faces, pair by pair, with a bootstrap over the faces (an exact sign test where fewer than 25 of them differ)."
    " The p-values are adjusted (Holm) for all pairs of a stage, in the headline for all pairs of networks, since the "
    "faces that test the first have chosen it, too. Where p is above {limit:.2f}, the page says *tie*.",
    "seeds": "Each network was trained with {seeds:seeds}. The standard deviation of its accuracy over them runs from "
    "{least:share} ({steadiest:code}) to {most:points} ({shakiest:code}). The tests include the "
    "variation between seeds, pooled over all networks that are compared; for a network that collapses "
    "with any seed, it is that of its own runs alone. The intervals cover the choice of faces only.",
    "seeds.one": "Each network is told by one run. What another seed would change is not in its figures: intervals and "
    "tests cover the choice of faces only, so a small lead may turn with the next seed.",
    "machines": "Runs of one network come from different machines: {machines:listed}. The spread holds what a machine "
    "changes, too; a network's time is the mean over its runs on the machine of the first.",
    "machines.times": " That machine differs from network to network: their times are not to be compared.",
    "machines.between": "The networks come from different machines: {machines:listed}. What sets them apart holds what "
    "a machine changes, too, and their times are not to be compared.",
    "commits": "The runs come from {commits:words} versions of the code, which are named below; + marks changes that "
    "were not committed.",
    "times": "In {disturbed:words} of {runs:runs} some epoch took more than three times as long as usual: the machine "
    "did other work, and the times of this page are upper bounds.",
    "twins": "{twins:,} of the {faces:,} validation faces have an identical twin in train. Without them {name:code} "
    "reaches {accuracy:percent} ({change:signed}).",
    "twins.none": "No validation face has an identical twin in train.",
    "twins.turned": "{other:code} would have come first in {stage}, before {winner:code}{standing}.",
    "twins.not_turned": "No stage would have another winner.",
    "overtaken": "The chosen network came first in the last stage, but {better:code} of an earlier one has a higher "
    "accuracy: {reached:percent} against {accuracy:percent}{standing}.",
    "limits": "What the study cannot say: the first of {networks:networks} was chosen on the very validation faces "
    "that give its figure, so the figure leans upwards",
    "limits.test": ", and only the test split tells by how much.",
    "limits.no_test": "; there is no test split that would tell by how much.",
    "limits.epochs": " Where the best epoch is kept, its figure is also the best of {epochs:span} epochs on these "
    "faces.",
    "limits.elsewhere": " It says nothing about faces from elsewhere, nor about what a person feels: the labels name "
    "expressions.",
    "limits.labels": " People agree with the labels of FER2013 on 65 ± 5 % of its faces.",
    # provenance.py
    "sealed": "Sealed: no training, no choice and no figure on this page has seen it. `{command}` opens it for the "
    "chosen network, once.",
    "sealed.none.yet": "This data set has no test split.",
    "sealed.none": "This data set has no test split; nothing tests the figure above, on which the network was chosen.",
    "opened.once": "Opened on {first:%Y-%m-%d}, once.",
    "opened.again": "Opened {times:words} times, first on {first:%Y-%m-%d}, last on {last:%Y-%m-%d}.",
    "opened.first": "The first gave {accuracy:percent} for {name:code}, the only figure that nothing could have been "
    "fitted to.",
    "opened.first.elsewhere": "The first gave {accuracy:percent} for {name:code}.",
    "opened": "{name:code} answers **{accuracy:percent}** of {faces:,} test faces as they are labelled (95 %: "
    "{interval:interval}){twins}; macro F1 {macro_f1:.3f}, expected calibration error {error:points}.",
    "opened.twins": ", {accuracy:percent} without the {twins:,} that have an identical twin in train",
    "opened.elsewhere": "Openings of the same stored test faces for other studies and runs before: {times}.",
    "opened.other": "It was opened for another run than those of {name:code}, which this page shows as chosen.",
    "opened.more": "That is {difference:points} more than this run's on validation.",
    "opened.less": "That is {difference:points} less than this run's on validation.",
    "opened.same": "That is as much as this run's on validation.",
    "test.title": "The test split",
    "made.title": "How it was made",
    "made.command": "Command",
    "made.seeds": "Seeds",
    "made.data": "Data",
    "made.data.none": "not described",
    "made.checksum": "Data checksum",
    "made.faces": "Faces",
    "made.faces.counts": "{train:,} to train, {validation:,} to validate",
    "made.trained": "Trained",
    "made.trained.day": "{runs:runs}, {seconds:duration} in all, finished on {first:%Y-%m-%d}",
    "made.trained.days": "{runs:runs}, {seconds:duration} in all, finished from {first:%Y-%m-%d} to {last:%Y-%m-%d}",
    "made.commit": "Commit",
    "made.commit.none": "not known",
    "made.device": "Device",
    "made.device.threads": "{device}, {threads} threads, {precision}",
    "made.system": "System",
    "made.versions": "Versions",
    "made.ledger": "Ledger",
    "made.ledger.is": "`{file}`: every run with its epochs; all figures here are computed from it",
    # tables.py
    "ranking.caption": "Accuracies and gaps in percent{seeds}; the gap is clean train accuracy less validation "
    "accuracy.",
    "ranking.legend": "A bar on the left joins the first and its ties.",
    "ranking.seeds": "; ± is the standard deviation over {seeds:words} seeds",
    "column.network": "Network",
    "column.changes": "Changes",
    "column.validation": "Validation",
    "column.validation.n": "Validation, n = {faces:,}",
    "column.validation.percent": "Validation %",
    "column.without_twins": "Without twins",
    "column.gap": "Gap",
    "column.best_epoch": "Kept epoch",
    "column.parameters": "Parameters",
    "column.multiply_adds": "Multiply-adds",
    "column.time": "Time",
    "column.verdict": "Fit check",
    "column.standing": "Against the first",
    "column.ours": "Ours",
    "column.reference": "Reference",
    "column.difference": "Difference",
    "column.three_errors": "3 SE",
    "column.train_ours": "Train, ours",
    "column.train_reference": "Train, reference",
    "column.emotion": "Emotion",
    "column.faces": "Faces",
    "column.recall": "Recall %",
    "column.precision": "Precision %",
    "column.label": "Label",
    "column.seed": "Seed",
    "column.finished": "Finished (UTC)",
    "column.device": "Device",
    "column.fingerprint": "Fingerprint",
    "cell.base": "the base",
    "cell.first": "first",
    "cell.tie": "tie, {p:probability}",
    "cell.chance": "{p:probability}",
    "cell.time": "{seconds:duration}",
    "cell.unfinished": "not finished",
    "cell.epochs": "{best:span} of {last:span}",
    "cell.differs": "differs",
    "cell.agrees": "within 3 SE",
    "cell.emotion": "{emotion}",
    "cell.run": "run",
    "change.without": "no {field}",
    "reference.caption": "Network by network beside the reference, in percent; SE: the standard error of the "
    "difference.",
    "emotions.caption": "Per emotion: the share of its faces that are found (recall).",
    "emotions.caption.precision": "Per emotion: the share of its faces that are found (recall) and of the faces given "
    "its name that have it (precision).",
    "confusion.caption": "The confusion in counts: a row for each label, a column for each answer.",
    "runs.caption": "Every run of the study, as the ledger has it.",
    "runs.caption.unused": "The runs of this page, as the ledger has them, and {runs:runs} in the ledger that this "
    "page does not use.",
    # html.py
    "page.contents": "Contents",
    "page.sort": "Sort",
}
