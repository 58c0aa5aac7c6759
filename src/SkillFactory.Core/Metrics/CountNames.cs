namespace SkillFactory.Core.Metrics;

/// <summary>Names of the counts that a training stage leaves in its result, besides the token counts of <see
/// cref="Planning.StageResult"/>.</summary>
public static class CountNames
{
    public const string Steps = "steps";
    public const string Sequences = "sequences";
    public const string SequencesTooLong = "sequences_too_long";
    public const string SequencesCut = "sequences_cut";
    public const string SequencesNotDrawn = "sequences_not_drawn";
    public const string TracesUnopened = "traces_unopened";
    public const string Rollouts = "rollouts";
    public const string GateExtensions = "gate/extensions";
    public const string GateHeld = "gate/held";
    public const string GateStopAfterCorrect = "gate/stop_after_correct";
    public const string GateStopAfterIncorrect = "gate/stop_after_incorrect";
    public const string GateWellFormed = "gate/well_formed";
    public const string GateAccuracy = "gate/accuracy";

    /// <summary>Every name, in the order of the reference page docs/reference/metrics.md.</summary>
    public static IReadOnlyList<MetricDescription> All { get; } =
    [
        new(Steps, "steps", "SFT, GRPO", "Steps run."),
        new(Sequences, "sequences", "SFT", "Training sequences after skipping, cutting and drawing."),
        new(SequencesTooLong, "sequences", "SFT with sft.longer skip or cut", "Traces skipped because they exceed sft.maxLength."),
        new(SequencesCut, "sequences", "SFT with sft.longer skip or cut", "Traces cut to sft.maxLength."),
        new(SequencesNotDrawn, "sequences", "SFT with sft.rows", "Sequences outside the random subset."),
        new(
            TracesUnopened,
            "traces",
            "SFT, when there are any",
            "Traces that do not begin with the tags that the chat template writes before a response (`<think>`); they follow these tags as "
                + "they are."
        ),
        new(Rollouts, "responses", "GRPO", "Sampled responses."),
        new(GateExtensions, "extensions", "SFT", "Extensions of the schedule by the gate."),
        new(GateHeld, "0 or 1", "SFT with a gate", "Whether the last check held."),
        new(
            GateStopAfterCorrect,
            "share",
            "SFT with a gate",
            "Verdicts Correct after which the response stops; NaN without a case. gate/stop_after_correct_count: " + "cases."
        ),
        new(
            GateStopAfterIncorrect,
            "share",
            "SFT with a gate",
            "Verdicts Incorrect after which the response stops; NaN without a case. " + "gate/stop_after_incorrect_count: cases."
        ),
        new(GateWellFormed, "share", "SFT with a gate", "Responses that are well-formed traces. gate/well_formed_count: cases."),
        new(GateAccuracy, "share", "SFT with a gate", "Correct responses."),
    ];

    /// <summary>The count that holds the number of cases of a gate share.</summary>
    public static string CasesOf(string share) => share + "_count";
}
