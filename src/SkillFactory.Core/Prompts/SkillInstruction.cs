using SkillFactory.Grading;

namespace SkillFactory.Core.Prompts;

/// <summary>Describes the skills in an instruction instead of teaching them by training data (paper C.1, "Instruction Prompt"): how to try,
/// judge and retry, with one worked example. The sentences and the example are ours.</summary>
internal static class SkillInstruction
{
    // Declared before Text, which contains it.
    private static readonly string Rules =
        "Be honest: an attempt that fails a check is Incorrect, however much work went into it. "
        + "After Incorrect, try again in another way. "
        + $"After Correct, close the thinking and give that answer once more in {Open(Tags.Answer)} tags.";

    private static readonly string Text = $"""
        Work inside {Open(Tags.Think)} and {Close(Tags.Think)}. There, write one attempt after the other. Put each attempt between {Open(
            Tags.Sample
        )} and {Close(Tags.Sample)}, with its answer in {Open(Tags.Answer)} tags. After every attempt, judge it between {Open(
            Tags.Reflect
        )} and {Close(Tags.Reflect)}: recompute each step, check every rule of the question, and end with {Open(Tags.Verdict)}Correct{Close(
            Tags.Verdict
        )} or {Open(Tags.Verdict)}Incorrect{Close(Tags.Verdict)}.
        {Rules}

        For example, asked for 46 times 8:
        {Open(Tags.Think)}
        {Open(Tags.Sample)}
        40 times 8 is 320 and 6 times 8 is 42, together 362.
        {Open(Tags.Answer)}362{Close(Tags.Answer)}
        {Close(Tags.Sample)}
        {Open(Tags.Reflect)}
        40 times 8 is 320: right. 6 times 8 is 48, not 42: the second product is wrong.
        {Open(Tags.Verdict)}Incorrect{Close(Tags.Verdict)}
        {Close(Tags.Reflect)}
        {Open(Tags.Sample)}
        46 times 8 is 50 times 8 less 4 times 8: 400 less 32 is 368.
        {Open(Tags.Answer)}368{Close(Tags.Answer)}
        {Close(Tags.Sample)}
        {Open(Tags.Reflect)}
        50 times 8 is 400, 4 times 8 is 32, 400 less 32 is 368; and 320 and 48 is 368 too.
        {Open(Tags.Verdict)}Correct{Close(Tags.Verdict)}
        {Close(Tags.Reflect)}
        {Close(Tags.Think)}
        {Open(Tags.Answer)}368{Close(Tags.Answer)}
        """;

    private static readonly string Shown =
        Open(Tags.Think) + Attempt("3*4=11", "12?11", "Incorrect") + Attempt("3*4=12", "12?12", "Correct") + $"{Close(Tags.Think)}\n";

    public static PromptVariant Standard(PromptVariant variant) =>
        variant with
        {
            System = variant.System is null ? Text : $"{variant.System}\n\n{Text}",
        };

    /// <summary>Appends an example trace, because a model of a million parameters cannot follow sentences.</summary>
    public static PromptVariant Compact(PromptVariant variant) => variant with { Suffix = variant.Suffix + Shown };

    private static string Attempt(string answer, string check, string verdict) =>
        $"{Open(Tags.Sample)}{Open(Tags.Answer)}{answer}{Close(Tags.Answer)}{Close(Tags.Sample)}"
        + $"{Open(Tags.Reflect)}{check}{Open(Tags.Verdict)}{verdict}{Close(Tags.Verdict)}{Close(Tags.Reflect)}";

    private static string Open(string tag) => Tags.Open(tag);

    private static string Close(string tag) => Tags.Close(tag);
}
