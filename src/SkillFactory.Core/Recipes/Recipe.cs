namespace SkillFactory.Core.Recipes;

/// <summary>An experiment as its author writes it (YAML). Every key is typed and documented here; unknown keys are refused with the
/// nearest known one, and keys without effect are errors.</summary>
public sealed record Recipe
{
    /// <summary>Schema version of the recipe format. Only 1 exists.</summary>
    public int Version { get; init; } = 1;

    /// <summary>Lower-case letters, digits and dashes; part of the experiment id.</summary>
    public required string Name { get; init; }

    /// <summary>One line for lists and the report.</summary>
    public string Description { get; init; } = "";

    /// <summary>Base model: a Hugging Face folder, relative to the recipe file.</summary>
    public required string Model { get; init; }

    /// <summary>"cpu" or "cuda:N". Default cpu.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>One complete run of all arms per seed; the report pools them. Default [1].</summary>
    public IReadOnlyList<long> Seeds { get; init; } = [1];

    /// <summary>Prompt wording: "standard" (the paper's shape, long), "compact" (what the shipped tiny base understands), or either with
    /// "_instructed": the skills described and shown in the prompt.</summary>
    public string Prompts { get; init; } = "standard";

    /// <summary>Question mix for sampling and training; weights are relative.</summary>
    public required IReadOnlyList<QuestionSource> Train { get; init; }

    /// <summary>How attempts are made.</summary>
    public SamplingSettings Sampling { get; init; } = new();

    /// <summary>How attempts are judged.</summary>
    public ReflectionSettings Reflection { get; init; } = new();

    /// <summary>How attempts and reflections become silver traces.</summary>
    public TraceSettings Traces { get; init; } = new();

    /// <summary>Traces from a file instead of the model's own (stage given); off: none.</summary>
    public ImportedTraceSettings? Given { get; init; }

    /// <summary>How the model is fine-tuned on the traces.</summary>
    public SftSettings Sft { get; init; } = new();

    /// <summary>How GRPO goes on from there.</summary>
    public GrpoSettings Grpo { get; init; } = new();

    /// <summary>What every checkpoint is asked.</summary>
    public EvaluationSettings Evaluation { get; init; } = new();

    /// <summary>What is compared. Stages in common are run once and shared.</summary>
    public required IReadOnlyList<ArmSettings> Arms { get; init; }
}

/// <summary>A weighted source of questions.</summary>
public sealed record QuestionSource
{
    /// <summary>Task name; docs/tasks.md lists them.</summary>
    public required string Task { get; init; }

    /// <summary>How hard, in the task's own words: count of numbers, digits, word length.</summary>
    public required string Level { get; init; }

    /// <summary>Relative share. Default 1.</summary>
    public double Weight { get; init; } = 1;

    /// <summary>Evaluation sets: questions of this set. Default: the section's. Small question spaces hold fewer than others.</summary>
    public int? Questions { get; init; }

    /// <summary>Evaluation sets: samples per question of this set. Default: the section's.</summary>
    public int? Samples { get; init; }

    /// <summary>Task settings, e.g. { max: 9, targetMax: 99 } for Countdown.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();
}
