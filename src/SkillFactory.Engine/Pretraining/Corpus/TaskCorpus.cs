using SkillFactory.Core.Randomness;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Tasks;
using SkillFactory.Core.Tasks.Countdown;
using SkillFactory.Core.Tasks.Letters;
using SkillFactory.Core.Tasks.Multiplication;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Engine.Pretraining.Corpus;

/// <summary>Writes attempts at one level of one task. Immutable and thread-safe.</summary>
internal abstract class TaskCorpus
{
    /// <summary>Draws a question and an attempt; null if the question is in another split or breaks a rule.</summary>
    public abstract AttemptDraft? TryDraft(RandomStream random, AttemptKind kind, string variant);

    /// <summary>Draws a question and several different solutions of it, each with the first line of a variant.</summary>
    /// <param name="count">The most solutions.</param>
    /// <param name="variant">Draws the variant of a solution.</param>
    /// <returns>From two to <paramref name="count"/> solutions with their variants; null if the question is in another split or has
    /// fewer.</returns>
    public virtual IReadOnlyList<(AttemptDraft Draft, string Variant)>? TryWays(RandomStream random, int count, Func<string> variant) =>
        throw new NotSupportedException($"{GetType().Name} knows one solution of a question");

    /// <exception cref="UserErrorException">The corpus does not support the task, or the source is invalid.</exception>
    public static TaskCorpus For(QuestionSource source)
    {
        TaskRegistry.Get(source.Task);
        var spec = new QuestionSpec(source.Level, source.Settings, "compact");
        return source.Task switch
        {
            CountdownTask.TaskName => new CountdownCorpus(spec),
            MultiplicationTask.TaskName => new MultiplicationCorpus(spec),
            LetterCountdownTask.TaskName => new LetterCorpus(spec),
            _ => throw new UserErrorException($"corpus: task {source.Task} is not supported"),
        };
    }

    protected static bool IsForTraining(Split split) => split is Split.Sft or Split.Rl;

    protected static string EitherOrder(RandomStream random, string a, string b) => random.NextBool(0.5) ? $"{a},{b}" : $"{b},{a}";
}
