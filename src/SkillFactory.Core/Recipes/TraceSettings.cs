using SkillFactory.Core.YamlBinding;

namespace SkillFactory.Core.Recipes;

/// <summary>How attempts and reflections become silver traces (paper section 3 and algorithm 1; released script).</summary>
public sealed record TraceSettings
{
    /// <summary>Which attempts a trace has and how it ends; several formats are joined by "+". "*C_full": earlier attempts of any
    /// correctness, the last one correct. "stop_at_first_correct": all earlier attempts wrong, so that a Correct verdict always ends the
    /// trace. "algorithm_1": the paper's. "0C", "*C", "*C*IC", "*CC", "random", "no_reflection": the released script's. "backtrack",
    /// "alternate_method", "confirm_twice": ours. "rejection": one correct attempt without tags. "as_written": one correct attempt with the
    /// tags it was written with. See docs/reference/trace-formats.md.</summary>
    public string Format { get; init; } = "*C_full";

    /// <summary>K, the most attempts of a trace. Most formats make one trace of each length up to K while the question has attempts. For
    /// algorithm_1: L_max, the most correct attempts of a trace. Script and paper: 5.</summary>
    [Between(1, 9)]
    public int Attempts { get; init; } = 5;

    /// <summary>Draws the length of a trace uniformly from 2 to K. Only for the formats "*C", "*C*IC" and "*CC", whose traces otherwise
    /// have K attempts.</summary>
    public bool RandomLength { get; init; }

    /// <summary>How often traces are drawn per question. Script's example: 1.</summary>
    [AtLeast(1)]
    public int Repeats { get; init; } = 1;

    /// <summary>How attempts are drawn. "uniform": paper. "ranked": with probability proportional to 1 / rank among the correct and among
    /// the wrong attempts; the rank follows the attempt's reflections, the answers of the other attempts, and the attempt's
    /// steps.</summary>
    [OneOf(typeof(RecipeValues), nameof(RecipeValues.Selections))]
    public string Selection { get; init; } = RecipeValues.Uniform;

    /// <summary>Prompt variants whose attempts are used; empty for all. The paper's ablation without prompt diversity:
    /// [original].</summary>
    [Distinct, NotEmpty]
    public IReadOnlyList<string> Variants { get; init; } = [];

    /// <summary>Takes the attempts of a trace from different prompt variants (an option of the script).</summary>
    public bool DistinctVariants { get; init; }

    /// <summary>"keep" uses all attempts of a question. "same_text" and "same_answer" use one of those that are equal, ignoring case and
    /// white space.</summary>
    [OneOf(typeof(RecipeValues), nameof(RecipeValues.DuplicateRules))]
    public string Duplicates { get; init; } = RecipeValues.KeepDuplicates;

    /// <summary>Uses only reflections whose verdict is right (paper). If false, any reflection with a verdict.</summary>
    public bool VerdictFilter { get; init; } = true;

    /// <summary>Skips reflections that contain one of these texts, ignoring case. Script: [idea, fast].</summary>
    [Distinct, NotEmpty]
    public IReadOnlyList<string> DropReflectionsWith { get; init; } = [];

    /// <summary>How a trace gives its answer. "restated": an ending phrase and the answer follow the think block (paper). "last_attempt":
    /// the response ends with the think block, and the last attempt is the answer.</summary>
    [OneOf(typeof(RecipeValues), nameof(RecipeValues.FinalAnswers))]
    public string FinalAnswer { get; init; } = RecipeValues.Restated;

    /// <summary>Which tokens of the response are trained on. "all": every token. "mask_wrong": all but the text of wrong attempts; their
    /// tags, their reflections and the text between them are trained on.</summary>
    [OneOf(typeof(RecipeValues), nameof(RecipeValues.Losses))]
    public string Loss { get; init; } = RecipeValues.LossOnAll;

    /// <summary>What separates the parts of a trace. "lines": newlines, as in the paper. "compact": nothing.</summary>
    [OneOf(typeof(RecipeValues), nameof(RecipeValues.Layouts))]
    public string Layout { get; init; } = RecipeValues.Lines;

    /// <summary>Phrase lists: "standard" (in the paper's categories), "compact" (one word each), or a YAML file, relative to the recipe
    /// file.</summary>
    public string Phrases { get; init; } = RecipeValues.Standard;
}
