namespace SkillFactory.Reporting.Report;

/// <summary>Training tokens of one arm with one seed. Each arm that uses a shared stage counts its tokens in full.</summary>
/// <param name="Sampled">Generated as attempts.</param>
/// <param name="Reflected">Generated as reflections.</param>
/// <param name="SftTrained">Trained on by SFT, over all epochs.</param>
/// <param name="GateGenerated">Generated to check the SFT gate.</param>
/// <param name="GrpoGenerated">Generated as GRPO rollouts.</param>
/// <param name="Total">The sum of all these.</param>
public sealed record TokenAccount(
    string Arm,
    long Seed,
    double Sampled,
    double Reflected,
    double SftTrained,
    double GateGenerated,
    double GrpoGenerated,
    double Total
);
