using SkillFactory.Core.YamlBinding;

namespace SkillFactory.Core.Recipes;

/// <summary>Settings that one round changes. A section has the keys of the recipe's section; keys that are not written keep the arm's
/// values.</summary>
/// <remarks>The reader merges sections, so that a section here is complete; null is that of the arm.</remarks>
public record RoundOverrides
{
    /// <summary>As at the top level; the whole list is replaced.</summary>
    [AtLeastOne("question source")]
    public IReadOnlyList<QuestionSource>? Train { get; init; }

    /// <summary>Keys of the section sampling.</summary>
    public SamplingSettings? Sampling { get; init; }

    /// <summary>Keys of the section reflection.</summary>
    public ReflectionSettings? Reflection { get; init; }

    /// <summary>Keys of the section traces.</summary>
    public TraceSettings? Traces { get; init; }

    /// <summary>Keys of the section given.</summary>
    public ImportedTraceSettings? Given { get; init; }

    /// <summary>Keys of the section sft.</summary>
    public SftSettings? Sft { get; init; }

    /// <summary>Keys of the section grpo.</summary>
    public GrpoSettings? Grpo { get; init; }
}
