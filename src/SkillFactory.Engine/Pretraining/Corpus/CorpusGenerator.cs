using SkillFactory.Core.Prompts;
using SkillFactory.Core.Randomness;
using SkillFactory.Core.Traces;
using SkillFactory.Grading;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Engine.Pretraining.Corpus;

/// <summary>
/// An endless pretraining corpus: document number i is a pure function of (settings, seed, i), so that any part can be made anywhere, in
/// any order, by any number of threads. Every document holds one attempt or one reflection of one attempt; none retries, chains attempts or
/// verifies its own, so that a base trained on it has the parts of the skill and not the skill. Only questions of the Sft and Rl splits
/// occur.
/// </summary>
public sealed class CorpusGenerator
{
    // Three quarters of the questions are for training, and a draw keeps most rules; a source that fails this often has nothing to give.
    private const int MostTries = 100_000;

    // Often enough that a byte-pair tokenizer merges every phrase, rare enough to leave the documents in charge.
    private const int DocumentsPerPhraseList = 8;

    private readonly CorpusSettings _settings;
    private readonly KeyedRandom _root;
    private readonly PromptSet _prompts = PromptSet.Get("compact");
    private readonly TaskCorpus[] _tasks;
    private readonly double[] _taskWeights;
    private readonly string[] _variants;
    private readonly double[] _variantWeights;

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
        for (var i = 0; i < _tasks.Length; i++)
        {
            // Fails now rather than in the middle of a training.
            Draft(i, AttemptKind.Solution, PromptVariant.Original, _root.Child("probe").Stream());
        }
    }

    /// <summary>Words that trace layouts put between the parts; the tokenizer should know them as wholes although no document
    /// contains them.</summary>
    public static IReadOnlyList<string> GlueWords { get; } =
    ["Wait.", "Hmm.", "Again.", "Retry.", "No.", "Wrong.", "Recheck.", "Sure?", "Verify.", "So:", "Final:"];

    /// <summary>Fixed words of prompts and responses, as the tokenizer should know them.</summary>
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

    /// <summary>The example to train on.</summary>
    public TrainingExample Document(long index) => Describe(index).Example;

    /// <summary>The example with what is known about it.</summary>
    public CorpusDocument Describe(long index)
    {
        var random = _root.Child(index).Stream();
        var source = random.PickWeighted(_taskWeights);
        var judges = random.NextBool(_settings.ReflectShare);
        var kind = (AttemptKind)random.PickWeighted((judges ? _settings.Judge : _settings.Solve).Weights);
        var variant = _variants[random.PickWeighted(_variantWeights)];
        var noisy = random.NextBool(_settings.VerdictNoise);
        var draft = Draft(source, kind, variant, random);

        var attempt = $"{draft.Lead}{Tags.Open(Tags.Answer)}{draft.Answer}{Tags.Close(Tags.Answer)}";
        bool? verdict = judges ? draft.Correct != noisy : null;
        var response = verdict is { } says
            ? $"{Tags.Open(Tags.Reflect)}{draft.Recomputed}{Tags.Open(Tags.Verdict)}{(says ? "Correct" : "Incorrect")}{Tags.Close(Tags.Verdict)}{Tags.Close(Tags.Reflect)}"
            : attempt;
        var (system, user) = judges ? _prompts.ReflectionPrompt(draft.Question, attempt) : _prompts.SolvePrompt(draft.Question, variant);
        var example = new TrainingExample($"corpus/{index}", system, user, [new(response, judges ? "reflection" : "attempt", Loss: true)]);
        return new(example, draft.Question, variant, kind, attempt, draft.Correct, verdict);
    }

    /// <summary>Text to train a tokenizer on: user and assistant texts of documents 0 … <paramref name="documents"/> − 1, with
    /// <see cref="Phrases"/> strewn in, each as a text of its own.</summary>
    public IEnumerable<string> TokenizerText(int documents)
    {
        for (var i = 0; i < documents; i++)
        {
            if (i % DocumentsPerPhraseList == 0)
            {
                foreach (var phrase in Phrases)
                {
                    yield return phrase;
                }
            }

            var example = Document(i);
            yield return example.User;
            yield return example.Segments[0].Text;
        }
    }

    private AttemptDraft Draft(int source, AttemptKind kind, string variant, RandomStream random)
    {
        for (var i = 0; i < MostTries; i++)
        {
            if (_tasks[source].TryDraft(random, kind, variant) is { } draft)
            {
                return draft;
            }
        }

        var (task, level) = (_settings.Sources[source].Task, _settings.Sources[source].Level);
        throw new UserErrorException(
            $"corpus: found no training question of task {task}, level {level}, that allows an attempt of kind {kind}; widen its settings"
        );
    }
}
