using SkillFactory.Core.Prompts;
using SkillFactory.Core.Randomness;
using SkillFactory.Core.Traces;
using SkillFactory.Grading;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Engine.Pretraining.Corpus;

/// <summary>
/// An endless pretraining corpus. Document i is a pure function of settings, seed and i, so documents can be generated in any order and on
/// any thread. Every document holds one attempt or one reflection of an attempt. No document retries, or verifies its own attempt, so a
/// base model trained on the corpus has the parts of the skill but not the skill. Only questions of the Sft and Rl splits occur.
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
        var random = _root.Child(index).Stream();
        var source = random.PickWeighted(_taskWeights);
        var reflects = random.NextBool(_settings.ReflectShare);
        var kind = (AttemptKind)random.PickWeighted((reflects ? _settings.Judge : _settings.Solve).Weights);
        var variant = _variants[random.PickWeighted(_variantWeights)];
        var noisy = random.NextBool(_settings.VerdictNoise);
        var draft = Draft(source, kind, variant, random);

        var attempt = $"{draft.Lead}{Tags.Open(Tags.Answer)}{draft.Answer}{Tags.Close(Tags.Answer)}";
        bool? verdict = reflects ? draft.Correct != noisy : null;
        var response = verdict is { } correct
            ? $"{Tags.Open(Tags.Reflect)}{draft.Recomputed}"
                + $"{Tags.Open(Tags.Verdict)}{(correct ? "Correct" : "Incorrect")}{Tags.Close(Tags.Verdict)}{Tags.Close(Tags.Reflect)}"
            : attempt;
        var (system, user) = reflects ? _prompts.ReflectionPrompt(draft.Question, attempt) : _prompts.SolvePrompt(draft.Question, variant);
        var example = new TrainingExample(
            $"corpus/{index}",
            system,
            user,
            [new(response, reflects ? "reflection" : "attempt", Loss: true)]
        );
        return new(example, draft.Question, variant, kind, attempt, draft.Correct, verdict);
    }

    /// <summary>Texts to train a tokenizer on: the user and assistant texts of the first <paramref name="documents"/> documents, with
    /// <see cref="Phrases"/> in between.</summary>
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
        for (var i = 0; i < MaxTries; i++)
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
