namespace SkillFactory.Engine.Models;

/// <summary>One bucket of a <see cref="ParameterLayout"/>.</summary>
/// <param name="Count">Number of elements.</param>
/// <param name="DecayedCount">Number of elements, from the first on, that take weight decay.</param>
public sealed record ParameterBucket(long Count, long DecayedCount);
