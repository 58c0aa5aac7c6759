using SkillFactory.Core.Sampling;

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

    /// <summary>How attempts and critiques become silver traces.</summary>
    public TraceSettings Traces { get; init; } = new();

    /// <summary>Traces from a file instead of the model's own (stage given); off: none.</summary>
    public GivenSettings? Given { get; init; }

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

/// <summary>The model's own attempts (paper section 3).</summary>
public sealed record SamplingSettings
{
    /// <summary>Training questions, spread over the sources by weight. Paper: 4,000.</summary>
    public int Questions { get; init; } = 1000;

    /// <summary>Attempts per question and variant. Paper: 16.</summary>
    public int AttemptsPerVariant { get; init; } = 4;

    /// <summary>Prompt variants by name. Paper: all four. With "_hinted" behind a name the answer is given as a hint (paper, OpenThoughts: all
    /// four and their hinted forms); attempts that speak of the hint are left out later.</summary>
    public IReadOnlyList<string> Variants { get; init; } = ["original", "plan_and_execute", "alternatively", "rephrase"];

    public Decoding Decoding { get; init; } = new();

    /// <summary>Prompts per batch, the unit of work and of determinism. Part of the result's identity.</summary>
    public int PromptsPerBatch { get; init; } = 64;

    /// <summary>Most rounds: each asks the questions that do not have enough attempts yet once more, as the first did all of them.</summary>
    public int? Rounds { get; init; }

    /// <summary>When a question has enough and is not asked in further rounds; off: all are asked in every round.</summary>
    public EnoughAttempts? Enough { get; init; }

    /// <summary>No prompt batch is begun any more when this many tokens are generated. Batches of all sources take turns then, so that the
    /// mix is kept wherever it ends.</summary>
    public long? TokenBudget { get; init; }

    /// <summary>Examples that stand before every question, for a model to write in their manner (BOLT-like).</summary>
    public ExampleSettings? Examples { get; init; }

    /// <summary>Another model that makes the attempts: a Hugging Face folder, relative to the recipe. Off: the model itself, as trained so far.</summary>
    public string? Model { get; init; }
}

/// <summary>Worked examples in the prompt. What the attempts are trained under later is the plain prompt.</summary>
public sealed record ExampleSettings
{
    /// <summary>Questions and responses, in the formats that given traces have; relative to the recipe.</summary>
    public required string File { get; init; }

    /// <summary>How many: the first of the file. Paper: 10.</summary>
    public int Count { get; init; } = 10;
}

/// <summary>Attempts that a question must have before it is left alone. Those that speak of a hint do not count.</summary>
public sealed record EnoughAttempts
{
    public int Correct { get; init; } = 1;

    public int Wrong { get; init; }
}

/// <summary>The model's critiques of its attempts (paper section 3).</summary>
public sealed record ReflectionSettings
{
    /// <summary>Critiques per attempt. Paper: 4.</summary>
    public int PerAttempt { get; init; } = 1;

    public Decoding Decoding { get; init; } = new();

    /// <summary>Prompts per batch.</summary>
    public int PromptsPerBatch { get; init; } = 256;
}

/// <summary>How attempts and critiques become silver traces (paper section 3, algorithm 1; released script).</summary>
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
    /// how well the attempt's critiques, the other attempts' answers and its steps bear it out.</summary>
    public string Selection { get; init; } = "uniform";

    /// <summary>Prompt variants whose attempts are used; empty: all. The ablation without prompt diversity: [original].</summary>
    public IReadOnlyList<string> Variants { get; init; } = [];

    /// <summary>No two attempts of a trace come from the same prompt variant (the script's option).</summary>
    public bool DistinctVariants { get; init; }

    /// <summary>"keep", "same_text" or "same_answer": of attempts of a question that say the same (case and white space ignored) only one is
    /// used.</summary>
    public string Duplicates { get; init; } = "keep";

    /// <summary>Keep only critiques whose verdict is right (paper). Off: any critique with a verdict.</summary>
    public bool VerdictFilter { get; init; } = true;

    /// <summary>Critiques with one of these in them are left out, case ignored. Script: [idea, fast].</summary>
    public IReadOnlyList<string> DropReflectionsWith { get; init; } = [];

    /// <summary>"restated": an ending phrase and the answer again after the think block (paper). "last_attempt": the last attempt is
    /// the answer, and the response ends with the think block.</summary>
    public string FinalAnswer { get; init; } = "restated";

    /// <summary>"all": loss on every response token. "mask_wrong": none on the text of wrong attempts (tags, critiques and glue
    /// keep theirs).</summary>
    public string Loss { get; init; } = "all";

    /// <summary>"lines": parts joined by newlines as in the paper. "compact": nothing between the parts.</summary>
    public string Layout { get; init; } = "lines";

    /// <summary>Phrase lists: "standard" (ours, after the paper's categories), "compact" (one word each), or a YAML file relative to
    /// the recipe.</summary>
    public string Phrases { get; init; } = "standard";
}

/// <summary>Traces that somebody else wrote, as the training set (distillation).</summary>
public sealed record GivenSettings
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

/// <summary>Supervised fine-tuning on the traces: loss on assistant tokens, AdamW, warm-up then cosine.</summary>
public sealed record SftSettings
{
    /// <summary>In rounds after the first, which weights to start from: "base" (STaR: every round fine-tunes the base on better data) or
    /// "previous".</summary>
    public string StartFrom { get; init; } = RecipeValues.StartFromBase;

    /// <summary>Passes over the data. Paper: 2.</summary>
    public double Epochs { get; init; } = 2;

    /// <summary>Sequences per optimiser step.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>Peak learning rate. Paper: 1e-6 for 1.5B; a tiny model needs the order of its pretraining peak.</summary>
    public double LearningRate { get; init; } = 1e-6;

    /// <summary>Final learning rate as a share of the peak.</summary>
    public double FinalLearningRateShare { get; init; } = 0.05;

    /// <summary>Linear warm-up steps.</summary>
    public int WarmupSteps { get; init; } = 20;

    public double WeightDecay { get; init; } = 0.01;

    public double Beta1 { get; init; } = 0.9;

    public double Beta2 { get; init; } = 0.95;

    /// <summary>Global gradient norm limit; 0 is off.</summary>
    public double ClipNorm { get; init; } = 1.0;

    /// <summary>Longest sequence in tokens; what happens to longer ones is said in <see cref="Longer"/>.</summary>
    public int MaxLength { get; init; } = 1024;

    /// <summary>Sequences that are too long: "refuse" (the default: an error), "skip" (left out and counted) or "cut" (their end is not
    /// trained on, as LLaMA-Factory does it; counted).</summary>
    public string? Longer { get; init; }

    /// <summary>At most so many sequences, drawn from the data set. Off: all.</summary>
    public int? Rows { get; init; }

    /// <summary>Pack several sequences into one row (block-diagonal attention); the loss is the same either way.</summary>
    public bool Packing { get; init; }

    /// <summary>Steps between durable checkpoints, which bound what a crash costs.</summary>
    public int CheckpointEvery { get; init; } = 25;

    /// <summary>Steps between evaluations on validation questions during training, the first before it; null is off.</summary>
    public int? EvaluateEvery { get; init; }

    /// <summary>Validation questions of these evaluations, in the proportions of the training mix. Default 128.</summary>
    public int? EvaluateQuestions { get; init; }

    /// <summary>Continue until the verdict drives what follows, or the limit is reached; null is off.</summary>
    public SftGate? Gate { get; init; }
}

/// <summary>SFT goes on until, on validation questions, P(stop | it said Correct) and P(stop | it said Incorrect) hold.</summary>
public sealed record SftGate
{
    public double MinStopAfterCorrect { get; init; } = 0.95;

    public double MaxStopAfterIncorrect { get; init; } = 0.05;

    /// <summary>Least share of well-formed traces; null: reported, not required.</summary>
    public double? MinWellFormed { get; init; }

    /// <summary>Validation questions sampled at each check.</summary>
    public int Questions { get; init; } = 128;

    /// <summary>Passes added when the gate does not hold: a new warm-up and cosine.</summary>
    public double ExtraEpochs { get; init; } = 1;

    /// <summary>Most extensions. After that the run goes on, and the report says the gate did not hold.</summary>
    public int MaxExtensions { get; init; } = 3;
}

/// <summary>Group relative policy optimisation with a 0/1 reward (Shao et al. 2024; clip-higher and token-mean after DAPO).</summary>
public sealed record GrpoSettings
{
    /// <summary>Rollout batches. Paper: 150.</summary>
    public int Steps { get; init; } = 80;

    /// <summary>When set, the number of steps is what spends this many generated tokens instead of <see cref="Steps"/>
    /// ("match:ARM" takes the tokens another arm spent on sampling, SFT and rollouts).</summary>
    public string? TokenBudget { get; init; }

    /// <summary>Prompts per step. Paper: 256.</summary>
    public int PromptsPerStep { get; init; } = 16;

    /// <summary>Distinct questions, asked again and again in the same order. Paper: 1,000. Off: as many as the steps ask for.</summary>
    public int? Questions { get; init; }

    /// <summary>Responses per prompt. Paper: 16.</summary>
    public int GroupSize { get; init; } = 16;

    /// <summary>Optimiser updates per rollout batch (mini-batches of whole groups). Paper: 8.</summary>
    public int UpdatesPerStep { get; init; } = 1;

    /// <summary>Groups per rollout prompt batch: smaller ones spread over more slots.</summary>
    public int PromptsPerBatch { get; init; } = 8;

    public Decoding Decoding { get; init; } = new();

    /// <summary>"std": (r − mean) / std per group. "centred": r − mean (Dr. GRPO).</summary>
    public string Advantage { get; init; } = "std";

    /// <summary>Advantages of their own for attempts and critiques inside a response; null is off.</summary>
    public CreditSettings? Credit { get; init; }

    /// <summary>Adds this times the share of a response's verdicts that are right to its reward of 0 or 1; null is off. Paper: off (J: a weight of 0).</summary>
    public double? VerdictReward { get; init; }

    /// <summary>Dynamic sampling (Yu et al. 2025, DAPO): while fewer than promptsPerStep groups teach anything, further prompts are asked, up to this
    /// many rounds of promptsPerStep in all; null is one round, and dead groups are left out.</summary>
    public int? DynamicRounds { get; init; }

    /// <summary>ε below: ratio is clipped at 1 − ε.</summary>
    public double ClipLow { get; init; } = 0.2;

    /// <summary>ε above: ratio is clipped at 1 + ε.</summary>
    public double ClipHigh { get; init; } = 0.28;

    /// <summary>Dual clip (Ye et al. 2020): a token of negative advantage costs at most this times that advantage, however far its ratio has risen above 1;
    /// null is off. verl: 3.</summary>
    public double? DualClip { get; init; }

    /// <summary>Weight of the KL penalty to the initial policy (k3 estimator) in the loss; 0 is off and loads no reference.</summary>
    public double KlCoefficient { get; init; }

    public double LearningRate { get; init; } = 1e-6;

    /// <summary>Final learning rate as a share of the peak, reached linearly over <see cref="DecayShare"/>.</summary>
    public double FinalLearningRateShare { get; init; } = 1.0;

    /// <summary>Share of the steps at the end over which the rate decays; 0 is constant.</summary>
    public double DecayShare { get; init; }

    public int WarmupSteps { get; init; }

    public double WeightDecay { get; init; } = 0.01;

    public double Beta1 { get; init; } = 0.9;

    public double Beta2 { get; init; } = 0.99;

    public double ClipNorm { get; init; } = 1.0;

    /// <summary>Steps between durable checkpoints, which bound what a crash costs.</summary>
    public int CheckpointEvery { get; init; } = 1;

    /// <summary>Steps between evaluations on validation questions during training, the first before it; 0 is off.</summary>
    public int EvaluateEvery { get; init; }

    /// <summary>Validation questions of these evaluations, in the proportions of the training mix. Default 128.</summary>
    public int? EvaluateQuestions { get; init; }
}

/// <summary>Credit per part of a response: an attempt is paid for its own correctness and a critique for a right verdict, each against the other
/// attempts and critiques of the group (value minus mean, over the standard deviation), on the tokens of its own text. It comes on top of the
/// response's advantage. Groups of equal rewards teach by it too.</summary>
public sealed record CreditSettings
{
    /// <summary>Weight of the response's own advantage, on all its tokens.</summary>
    public double Response { get; init; } = 1;

    /// <summary>Weight of an attempt's correctness on the attempt's tokens.</summary>
    public double Attempt { get; init; }

    /// <summary>Weight of a verdict's truth on the critique's tokens.</summary>
    public double Verdict { get; init; }
}

/// <summary>What is measured, on questions that nothing was trained on.</summary>
public sealed record EvaluationSettings
{
    /// <summary>"test": what is reported. "validation": to choose settings by, so that the test questions stay unseen until then.</summary>
    public string Split { get; init; } = RecipeValues.TestSplit;

    /// <summary>Question sets: task, level, settings. The weight is not used.</summary>
    public IReadOnlyList<QuestionSource> Sets { get; init; } = [];

    /// <summary>Questions per set.</summary>
    public int Questions { get; init; } = 256;

    /// <summary>Samples per question. Paper: 4.</summary>
    public int Samples { get; init; } = 4;

    public Decoding Decoding { get; init; } = new();

    /// <summary>Response limit per set as a multiple of the decoding's, by "task/level"; 1 where not named.</summary>
    public IReadOnlyDictionary<string, double> LimitScale { get; init; } = new Dictionary<string, double>();

    public int PromptsPerBatch { get; init; } = 64;

    /// <summary>Inference-token-matched baseline: for arms that answer once, best of n chosen by the base model's own critiques;
    /// n per entry. Empty is off.</summary>
    public IReadOnlyList<int> BestOfN { get; init; } = [];

    /// <summary>Budget forcing: a second evaluation of every checkpoint in which responses are made to go on; null is off.</summary>
    public ForcingSettings? Forcing { get; init; }

    /// <summary>Shares of the response limit at which accuracy is reported too, from the same responses: what a shorter limit would
    /// have cut.</summary>
    public IReadOnlyList<double> Limits { get; init; } = [0.25, 0.5];

    /// <summary>Arm that the others are compared with in the report. Default: every arm with every other.</summary>
    public string? Reference { get; init; }

    /// <summary>Confidence level of the intervals.</summary>
    public double Confidence { get; init; } = 0.95;

    /// <summary>Bootstrap resamples over questions.</summary>
    public int Resamples { get; init; } = 2000;
}

/// <summary>Budget forcing (paper section 6; Muennighoff et al. 2025): where a response ended, its end is replaced by a trigger and the model
/// goes on, up to a second response limit.</summary>
public sealed record ForcingSettings
{
    /// <summary>Most times a response is made to go on. Paper: once.</summary>
    public int Times { get; init; } = 1;

    /// <summary>Second response limit as a multiple of the set's. Paper: 2 (8,192 after 4,096 tokens).</summary>
    public double LimitScale { get; init; } = 2;

    /// <summary>Trigger of arms that are fine-tuned on traces. Paper: an opening sample tag, before the closing think tag.</summary>
    public string TraceTrigger { get; init; } = "<sample>";

    /// <summary>Trigger of the other arms, and of the base. The paper does not give its own.</summary>
    public string PlainTrigger { get; init; } = " Wait, let me check. ";

    /// <summary>Triggers by arm, in place of those two.</summary>
    public IReadOnlyDictionary<string, string> Triggers { get; init; } = new Dictionary<string, string>();
}

/// <summary>One arm: the stages it goes through and what it changes.</summary>
public sealed record ArmSettings
{
    public required string Name { get; init; }

    /// <summary>Any of sample, reflect, traces, sft, grpo, in that order, or given in place of the first three. They may come again, any number of rounds, each with the
    /// model that the round before left (STaR). Empty: the base model as it is.</summary>
    public IReadOnlyList<string> Stages { get; init; } = [];

    /// <summary>Settings replaced for this arm, by the same keys as the recipe's sections (resolved by the reader).</summary>
    public ArmOverrides Set { get; init; } = new();

    /// <summary>Settings replaced for single rounds, laid over the arm's: the first entry for the first round, {} for a round that changes nothing. A round ends
    /// with every sft that another follows and with every grpo that anything follows.</summary>
    public IReadOnlyList<RoundOverrides> Rounds { get; init; } = [];

    /// <summary>The arm with all its sections as <paramref name="change"/> makes them.</summary>
    internal ArmSettings WithSections(Func<RoundOverrides, RoundOverrides> change) =>
        this with { Set = (ArmOverrides)change(Set), Rounds = [.. Rounds.Select(change)] };
}

/// <summary>Whole sections as resolved for one round of an arm; null: the arm's own.</summary>
public record RoundOverrides
{
    public IReadOnlyList<QuestionSource>? Train { get; init; }

    public SamplingSettings? Sampling { get; init; }

    public ReflectionSettings? Reflection { get; init; }

    public TraceSettings? Traces { get; init; }

    public GivenSettings? Given { get; init; }

    public SftSettings? Sft { get; init; }

    public GrpoSettings? Grpo { get; init; }
}

/// <summary>Whole sections as resolved for one arm; null: the recipe's own.</summary>
public sealed record ArmOverrides : RoundOverrides
{
    /// <summary>The arm's own prompt set, in its evaluations too: "instructed" is the instruction-prompt baseline.</summary>
    public string? Prompts { get; init; }
}
