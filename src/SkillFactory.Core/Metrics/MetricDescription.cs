namespace SkillFactory.Core.Metrics;

/// <summary>A line of the metrics reference.</summary>
/// <param name="Unit">Empty for a number without a unit.</param>
/// <param name="Stages">What emits it.</param>
/// <param name="Meaning">One or two sentences.</param>
public sealed record MetricDescription(string Name, string Unit, string Stages, string Meaning);
