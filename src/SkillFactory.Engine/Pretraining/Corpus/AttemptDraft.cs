using SkillFactory.Core.Tasks;
using SkillFactory.Grading;

namespace SkillFactory.Engine.Pretraining.Corpus;

/// <summary>An attempt and its reflection before they become a document.</summary>
/// <param name="Question">The question.</param>
/// <param name="Kind">How the attempt is made.</param>
/// <param name="Lead">First line of the response, which the prompt variant asks for, with its line break; can be empty.</param>
/// <param name="Answer">Content of the answer tags.</param>
/// <param name="Recomputed">Content of the reflection before the verdict.</param>
/// <param name="Correct">Whether the attempt is correct.</param>
internal sealed record AttemptDraft(Question Question, AttemptKind Kind, string Lead, string Answer, string Recomputed, bool Correct)
{
    /// <summary>The text of the attempt.</summary>
    public string Text => $"{Lead}{Tags.Open(Tags.Answer)}{Answer}{Tags.Close(Tags.Answer)}";

    /// <summary>The text of a reflection that recomputes the attempt and gives a verdict.</summary>
    public string Reflection(bool verdict) =>
        $"{Tags.Open(Tags.Reflect)}{Recomputed}{Tags.Open(Tags.Verdict)}{(verdict ? "Correct" : "Incorrect")}"
        + $"{Tags.Close(Tags.Verdict)}{Tags.Close(Tags.Reflect)}";

    public CorpusAttempt Described(string variant, bool? verdict) => new(Question, variant, Kind, Text, Correct, verdict);
}
