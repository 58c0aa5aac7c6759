using SkillFactory.Core.Prompts;
using SkillFactory.Core.Randomness;
using SkillFactory.Core.Traces;
using SkillFactory.Grading;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Engine.Pretraining.Corpus;

/// <summary>
/// An endless pretraining corpus. Document i is a pure function of settings, seed and i, so documents can be generated in any order and on
/// any thread. No document makes another attempt at a problem after a wrong one, so a base model trained on the corpus has the parts of the
/// skill but not the skill. Only questions of the Sft and Rl splits occur.
/// </summary>
public sealed class CorpusGenerator
{
    // Three quarters of the questions are for training, and most draws follow the rules. A source that fails this often has no questions.
    private const int MaxTries = 100_000;

    // Often enough that a byte-pair tokenizer merges every phrase, but rare enough that the documents decide most merges.
    private const int DocumentsPerPhraseList = 8;

    private readonly CorpusSettings _settings;
    private readonly KeyedRandom _root;
    private readonly PromptSet _prompts = PromptSet.Get("compact");
    private readonly TaskCorpus[] _tasks;
    private readonly double[] _taskWeights;
    private readonly string[] _variants;
    private readonly double[] _variantWeights;
    private readonly double[] _judgeWeights;
    private readonly double[] _sheetWeights;
    private readonly double[] _wayWeights;

    /// <exception cref="UserErrorException">The settings are invalid, or a source has no questions.</exception>
    public CorpusGenerator(CorpusSettings settings, long seed)
    {
        settings.Validate();
        _settings = settings;
        _root = KeyedRandom.Of(seed, "corpus");
        _tasks = [.. settings.Sources.Select(TaskCorpus.For)];
        _taskWeights = [.. settings.Sources.Select(s => s.Weight)];
        _variants = [.. settings.Variants.Keys.Order(StringComparer.Ordinal)];
        _variantWeights = [.. _variants.Select(v => settings.Variants[v])];
        (_judgeWeights, _sheetWeights, _wayWeights) = settings.SourceWeights();
        for (var i = 0; i < _tasks.Length; i++)
        {
            // Fails early rather than in the middle of training.
            Draft(i, AttemptKind.Solution, PromptVariant.Original, _root.Child("probe").Stream());
        }
    }

    /// <summary>Words that trace formats put between attempts. No document contains them, but the tokenizer should know them.</summary>
    public static IReadOnlyList<string> GlueWords { get; } =
    ["Wait.", "Hmm.", "Again.", "Retry.", "No.", "Wrong.", "Recheck.", "Sure?", "Verify.", "So:", "Final:"];

    /// <summary>Fixed phrases of prompts and responses that the tokenizer should know.</summary>
    public static IReadOnlyList<string> Phrases { get; } =
    [
        .. PromptSet.Get("compact").Variants.Select(v => v.Suffix),
        "Numbers:",
        " Target:",
        "Multiply:",
        "Letters:",
        " Length:",
        CompactPrompts.AttemptLead,
        CompactPrompts.JudgeRequest.Trim(),
        "Plan:",
        "Options:",
        "Make:",
        " Of:",
        "Product",
        "Word",
        "Correct",
        "Incorrect",
        .. GlueWords,
    ];

    /// <summary>The training example of a document.</summary>
    public TrainingExample Document(long index) => Describe(index).Example;

    /// <summary>A document with its properties.</summary>
    public CorpusDocument Describe(long index)
    {
        var form = _root.Child("form").Child(index).Stream().NextDouble();
        var random = _root.Child(index).Stream();
        return form < _settings.Sheets.Share ? SheetOf(index, random)
            : form < _settings.Sheets.Share + _settings.Ways.Share ? WaysOf(index, random)
            : Single(index, random);
    }

    private CorpusDocument Single(long index, RandomStream random)
    {
        var source = random.PickWeighted(_taskWeights);
        var reflects = random.NextBool(_settings.ReflectShare);
        if (reflects && _settings.JudgeWeights.Count > 0)
        {
            source = random.PickWeighted(_judgeWeights);
        }

        var kind = KindOf(random, given: reflects);
        var variant = Variant(random);
        var noisy = random.NextBool(_settings.VerdictNoise);
        var draft = Draft(source, kind, variant, random);
        var attempt = draft.Described(variant, reflects ? draft.Correct != noisy : null);
        var response = attempt.Verdict is { } verdict ? draft.Reflection(verdict) : attempt.Text;
        var (system, user) = reflects
            ? _prompts.ReflectionPrompt(draft.Question, attempt.Text)
            : _prompts.SolvePrompt(draft.Question, variant);
        return new(
            new TrainingExample(Id(index), system, user, [new(response, reflects ? "reflection" : "attempt", Loss: true)]),
            reflects ? CorpusForm.Reflection : CorpusForm.Attempt,
            [attempt]
        );
    }

    private CorpusDocument SheetOf(long index, RandomStream random)
    {
        var sheets = _settings.Sheets;
        var form = CorpusForm.Check + random.PickWeighted([sheets.Check, sheets.Sheet, sheets.Each]);
        var count = form switch
        {
            CorpusForm.Check => 1,
            CorpusForm.Sheet => random.Next(2, 3),
            _ => random.Next(2, 4),
        };
        var attempts = new List<CorpusAttempt>();
        var written = new TaggedAttempts();
        while (attempts.Count < count)
        {
            var given = random.NextBool(sheets.Given);
            var variant = Variant(random);
            var noisy = random.NextBool(_settings.VerdictNoise);
            var draft = Draft(random.PickWeighted(_sheetWeights), KindOf(random, given), variant, random);
            if (attempts.Any(a => a.Question.Id == draft.Question.Id))
            {
                continue;
            }

            if (form == CorpusForm.Each && attempts.Count > 0)
            {
                written.State(draft.Question.Text);
            }

            var attempt = draft.Described(variant, draft.Correct != noisy);
            written.Add(attempt.Text, draft.Reflection(attempt.Verdict!.Value), loss: !given);
            attempts.Add(attempt);
        }

        var user = form switch
        {
            CorpusForm.Check => attempts[0].Question.Text + CompactPrompts.CheckRequest,
            CorpusForm.Sheet => string.Concat(attempts.Select(a => a.Question.Text)) + CompactPrompts.SheetRequest,
            _ => attempts[0].Question.Text + CompactPrompts.EachRequest,
        };
        return new(new TrainingExample(Id(index), null, user, written.Close()), form, attempts);
    }

    private CorpusDocument WaysOf(long index, RandomStream random)
    {
        var source = random.PickWeighted(_wayWeights);
        var count = random.Next(WaySettings.Least, _settings.Ways.Most);
        var ways = Repeat(source, "two solutions", () => _tasks[source].TryWays(random, count, () => Variant(random)));
        var written = new TaggedAttempts();
        foreach (var (draft, _) in ways)
        {
            written.Add(draft.Text, reflection: null, loss: true);
        }

        return new(
            new TrainingExample(
                Id(index),
                null,
                $"{ways[0].Draft.Question.Text}{CompactPrompts.GiveRequest}{ways.Count}.",
                written.Close()
            ),
            CorpusForm.Ways,
            [.. ways.Select(w => w.Draft.Described(w.Variant, verdict: null))]
        );
    }

    private static string Id(long index) => $"corpus/{index}";

    private AttemptKind KindOf(RandomStream random, bool given) =>
        (AttemptKind)random.PickWeighted((given ? _settings.Judge : _settings.Solve).Weights);

    private string Variant(RandomStream random) => _variants[random.PickWeighted(_variantWeights)];

    /// <summary>Texts to train a tokenizer on: the user and assistant texts of the first <paramref name="documents"/> documents, with
    /// <see cref="Phrases"/> and the requests of sheets and ways, if there are any, in between.</summary>
    public IEnumerable<string> TokenizerText(int documents)
    {
        string[] phrases =
        [
            .. Phrases,
            .. _settings.Sheets.Share > 0
                ? (string[])[CompactPrompts.CheckRequest, CompactPrompts.SheetRequest, CompactPrompts.EachRequest]
                : [],
            .. _settings.Ways.Share > 0 ? (string[])[CompactPrompts.GiveRequest] : [],
        ];
        for (var i = 0; i < documents; i++)
        {
            if (i % DocumentsPerPhraseList == 0)
            {
                foreach (var phrase in phrases)
                {
                    yield return phrase;
                }
            }

            var example = Document(i);
            yield return example.User;
            yield return string.Concat(example.Segments.Select(s => s.Text));
        }
    }

    private AttemptDraft Draft(int source, AttemptKind kind, string variant, RandomStream random) =>
        Repeat(source, $"an attempt of kind {kind}", () => _tasks[source].TryDraft(random, kind, variant));

    private T Repeat<T>(int source, string wanted, Func<T?> tryDraw)
        where T : class
    {
        for (var i = 0; i < MaxTries; i++)
        {
            if (tryDraw() is { } drawn)
            {
                return drawn;
            }
        }

        var (task, level) = (_settings.Sources[source].Task, _settings.Sources[source].Level);
        throw new UserErrorException(
            $"corpus: found no training question of task {task}, level {level}, that allows {wanted}; widen its settings"
        );
    }
}
