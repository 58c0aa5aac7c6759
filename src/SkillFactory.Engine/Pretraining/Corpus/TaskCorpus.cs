using SkillFactory.Core.Randomness;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Tasks;
using SkillFactory.Core.Tasks.Countdown;
using SkillFactory.Core.Tasks.Letters;
using SkillFactory.Core.Tasks.Multiplication;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Engine.Pretraining.Corpus;

/// <summary>An attempt before it is put into a document.</summary>
/// <param name="Lead">First line of the response, which the prompt variant asks for; ends in a line end, or is empty.</param>
/// <param name="Answer">Content of the answer tags.</param>
/// <param name="Recomputed">Content of the reflection before the verdict.</param>
internal sealed record AttemptDraft(Question Question, AttemptKind Kind, string Lead, string Answer, string Recomputed, bool Correct);

/// <summary>Writes attempts at one level of one task. Immutable and thread-safe.</summary>
internal abstract class TaskCorpus
{
    /// <summary>One try; null when the question drawn is of another split or breaks a rule.</summary>
    public abstract AttemptDraft? TryDraft(RandomStream random, AttemptKind kind, string variant);

    /// <exception cref="UserErrorException">The corpus has no way to write attempts at this task, or the source is invalid.</exception>
    public static TaskCorpus For(QuestionSource source)
    {
        TaskRegistry.Get(source.Task);
        var spec = new QuestionSpec(source.Level, source.Settings, "compact");
        return source.Task switch
        {
            CountdownTask.TaskName => new CountdownCorpus(spec),
            MultiplicationTask.TaskName => new MultiplicationCorpus(spec),
            LetterCountdownTask.TaskName => new LetterCorpus(spec),
            _ => throw new UserErrorException($"corpus: there is no way to write attempts at task {source.Task}"),
        };
    }

    protected static bool IsForTraining(Split split) => split is Split.Sft or Split.Rl;

    protected static string EitherOrder(RandomStream random, string a, string b) => random.NextBool(0.5) ? $"{a},{b}" : $"{b},{a}";
}
