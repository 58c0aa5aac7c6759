using SkillFactory.Core.YamlBinding;

namespace SkillFactory.Core.Recipes;

/// <summary>An experiment as a user describes it in YAML. Unknown keys and keys without effect are errors.</summary>
public sealed record Recipe
{
    /// <summary>Version of the recipe format.</summary>
    [Only(1)]
    public int Version { get; init; } = 1;

    /// <summary>Name of the experiment; part of its id.</summary>
    [Matches(RecipeValues.NamePattern, RecipeValues.NameDescription)]
    public required string Name { get; init; }

    /// <summary>One line for lists and the report.</summary>
    public string Description { get; init; } = "";

    /// <summary>Base model: a Hugging Face folder, relative to the recipe file.</summary>
    [NotEmpty("the folder of a model")]
    public required string Model { get; init; }

    /// <summary>Values of variables that the base model's chat template reads, by name, such as <c>enable_thinking: false</c>. true, false
    /// and whole numbers are passed as such, other values as text. A variable that the template does not have is refused.</summary>
    public IReadOnlyDictionary<string, string>? TemplateArguments { get; init; }

    /// <summary>The device that all stages run on.</summary>
    [Matches("cpu|cuda:[0-9]{1,3}", "cpu or cuda:N, for example cuda:0")]
    public string Device { get; init; } = "cpu";

    /// <summary>Random seeds. All arms run once per seed, and the report pools the runs.</summary>
    [AtLeastOne("seed"), Distinct]
    public IReadOnlyList<long> Seeds { get; init; } = [1];

    /// <summary>Wording of the prompts: "standard" (long, in the shape of the paper's), "compact" (few tokens, for the shipped tiny base),
    /// or either with "_instructed", which describes and shows the skills in the prompt.</summary>
    [OneOf(typeof(RecipeValues), nameof(RecipeValues.Prompts))]
    public string Prompts { get; init; } = RecipeValues.Standard;

    /// <summary>Question mix for sampling and training.</summary>
    [AtLeastOne("question source")]
    public required IReadOnlyList<QuestionSource> Train { get; init; }

    /// <summary>How attempts are sampled.</summary>
    public SamplingSettings Sampling { get; init; } = new();

    /// <summary>How reflections on the attempts are sampled.</summary>
    public ReflectionSettings Reflection { get; init; } = new();

    /// <summary>How attempts and reflections become silver traces.</summary>
    public TraceSettings Traces { get; init; } = new();

    /// <summary>Imported traces: a file of traces in place of the model's own. Read by the stage given.</summary>
    public ImportedTraceSettings? Given { get; init; }

    /// <summary>How the model is fine-tuned on the traces.</summary>
    public SftSettings Sft { get; init; } = new();

    /// <summary>How the model is trained with GRPO.</summary>
    public GrpoSettings Grpo { get; init; } = new();

    /// <summary>How every checkpoint is evaluated.</summary>
    public EvaluationSettings Evaluation { get; init; } = new();

    /// <summary>The arms to compare. Stages that several arms have in common run once.</summary>
    [AtLeastOne("arm")]
    public required IReadOnlyList<ArmSettings> Arms { get; init; }
}
