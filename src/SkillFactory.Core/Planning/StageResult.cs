using SkillFactory.Core.Artifacts;

namespace SkillFactory.Core.Planning;

/// <summary>
/// The manifest of a finished stage, stored in the artifact store under the stage's key (the hash of its inputs, settings and code
/// version). A stage whose manifest exists is not run again, by any experiment.
/// </summary>
/// <param name="Key">The stage key, lower-case hex.</param>
/// <param name="Kind">sample, reflect, traces, given, sft, grpo, evaluate, best_of_n, force.</param>
/// <param name="Outputs">Named artifacts: sample/reflect: "rollouts" (JSON lines of <see cref="Sampling.Rollout"/>, gzip);
/// traces and given: "traces" (JSON lines of <see cref="Traces.SilverTrace"/>, gzip); sft/grpo: "weights", "metrics" (JSON lines of
/// <see cref="Metrics.MetricRow"/>), grpo also "rollouts", both "validation" where training was evaluated; evaluate and force: "rollouts", "summary"; best_of_n: "rollouts" (answers), "reflections", "summary"; sample, evaluate and force also
/// "questions" (JSON lines of <see cref="Tasks.Question"/>).</param>
/// <param name="Counts">Figures for people: questions, rollouts, yields of each filter, generated tokens, ….</param>
/// <param name="WallSeconds">Time it took when it was run.</param>
public sealed record StageResult(
    string Key,
    string Kind,
    IReadOnlyDictionary<string, ArtifactRef> Outputs,
    IReadOnlyDictionary<string, double> Counts,
    double WallSeconds
)
{
    public const string TrainedTokens = "trained_tokens";
    public const string GeneratedTokens = "generated_tokens";

    /// <summary>Generated to evaluate a training stage meanwhile: a measurement, charged to no budget.</summary>
    public const string ValidationTokens = "validation_tokens";
}
