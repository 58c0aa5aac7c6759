namespace SkillFactory.Core.Recipes;

/// <summary>How attempts and reflections become silver traces (paper section 3, algorithm 1; released script).</summary>
public sealed record TraceSettings
{
    /// <summary>Which attempts make a trace, and how it ends: "*C_full" (earlier attempts of any correctness, the last one correct),
    /// "stop_at_first_correct" (all earlier ones wrong, so that a Correct verdict always ends the search), "algorithm_1" (the paper's),
    /// "0C", "*C", "*C*IC", "*CC", "random", "no_reflection" (the script's), "backtrack", "alternate_method", "confirm_twice" (ours); "rejection"
    /// and "as_written" (correct attempts by themselves, without and with tags of their own); or several joined by "+". See docs/trace-formats.md.</summary>
    public string Format { get; init; } = "*C_full";

    /// <summary>K, 1 to 9: most attempts of a trace; most formats yield one trace of each length up to it, as far as a question has
    /// attempts. Script: 5. Algorithm 1: L_max, the most correct attempts of a trace. Paper: 5.</summary>
    public int Attempts { get; init; } = 5;

    /// <summary>Formats with one trace (*C, *C*IC, *CC): its length is drawn uniformly from 2 … K instead of being K.</summary>
    public bool RandomLength { get; init; }

    /// <summary>How often traces are drawn per question. Script's example: 1.</summary>
    public int Repeats { get; init; } = 1;

    /// <summary>"uniform" (paper), or "ranked": with probability in proportion to 1 / rank within correct and within wrong attempts, by
    /// how well the attempt's reflections, the other attempts' answers and its steps bear it out.</summary>
    public string Selection { get; init; } = "uniform";

    /// <summary>Prompt variants whose attempts are used; empty: all. The ablation without prompt diversity: [original].</summary>
    public IReadOnlyList<string> Variants { get; init; } = [];

    /// <summary>No two attempts of a trace come from the same prompt variant (the script's option).</summary>
    public bool DistinctVariants { get; init; }

    /// <summary>"keep", "same_text" or "same_answer": of attempts of a question that say the same (case and white space ignored) only one is
    /// used.</summary>
    public string Duplicates { get; init; } = "keep";

    /// <summary>Keep only reflections whose verdict is right (paper). Off: any reflection with a verdict.</summary>
    public bool VerdictFilter { get; init; } = true;

    /// <summary>Reflections with one of these in them are left out, case ignored. Script: [idea, fast].</summary>
    public IReadOnlyList<string> DropReflectionsWith { get; init; } = [];

    /// <summary>"restated": an ending phrase and the answer again after the think block (paper). "last_attempt": the last attempt is
    /// the answer, and the response ends with the think block.</summary>
    public string FinalAnswer { get; init; } = "restated";

    /// <summary>"all": loss on every response token. "mask_wrong": none on the text of wrong attempts (tags, reflections and glue
    /// keep theirs).</summary>
    public string Loss { get; init; } = "all";

    /// <summary>"lines": parts joined by newlines as in the paper. "compact": nothing between the parts.</summary>
    public string Layout { get; init; } = "lines";

    /// <summary>Phrase lists: "standard" (ours, after the paper's categories), "compact" (one word each), or a YAML file relative to
    /// the recipe.</summary>
    public string Phrases { get; init; } = "standard";
}

/// <summary>Traces that somebody else wrote, as the training set (distillation).</summary>
public sealed record ImportedTraceSettings
{
    /// <summary>JSON lines or Parquet, relative to the recipe: ShareGPT conversations, messages, or a question and a response in columns of
    /// their own.</summary>
    public required string File { get; init; }

    /// <summary>"original": questions are asked as everywhere else, whatever the file put around them. "as_given": with the file's own words
    /// and system message.</summary>
    public string Prompt { get; init; } = RecipeValues.AskedAsOriginal;

    /// <summary>"all", or "correct": only traces whose answer <see cref="Task"/> grades as right.</summary>
    public string Keep { get; init; } = RecipeValues.KeepAll;

    /// <summary>The task that grades the answers against the file's gold column; off: they are not graded.</summary>
    public string? Task { get; init; }

    /// <summary>Column of the question. Default: question, prompt, problem or instruction, where there are no conversations or messages.</summary>
    public string? QuestionColumn { get; init; }

    /// <summary>Column of the response. Default: response, completion, output, solution or trace.</summary>
    public string? ResponseColumn { get; init; }

    /// <summary>Column of the gold answer, in the task's notation. Default: gold, answer or ground_truth.</summary>
    public string? GoldColumn { get; init; }

    /// <summary>"refuse" stops at the first row that cannot be used; "skip" leaves such rows out and counts them.</summary>
    public string BadRows { get; init; } = RecipeValues.RefuseBadRows;
}
