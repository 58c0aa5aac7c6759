using SkillFactory.Core.Recipes;
using SkillFactory.Core.Traces;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Planning;

/// <summary>Builds one seed's part of a plan.</summary>
internal sealed class PlanBuilder(Recipe recipe, long seed)
{
    private readonly List<PlanNode> _nodes = [];
    private readonly Dictionary<string, IReadOnlyList<string>> _chains = new(StringComparer.Ordinal);
    private readonly HashSet<string> _open = new(StringComparer.Ordinal);

    public IReadOnlyList<PlanNode> Build()
    {
        // The base is one model, asked in the recipe's wording.
        foreach (var arm in recipe.Arms.Where(a => PromptsOf(a) == recipe.Prompts))
        {
            Evaluate(arm, Checkpoints.Base, null);
        }

        foreach (var arm in recipe.Arms)
        {
            ChainOf(arm);
        }

        if (recipe.Evaluation.BestOfN.Count > 0)
        {
            foreach (var arm in recipe.Arms)
            {
                BestOfN(arm);
            }
        }

        return _nodes;
    }

    /// <summary>Adds an arm's stages, after those of the arms its budget follows; returns the ids of its own chain.</summary>
    private IReadOnlyList<string> ChainOf(ArmSettings arm)
    {
        if (_chains.TryGetValue(arm.Name, out var known))
        {
            return known;
        }

        if (!_open.Add(arm.Name))
        {
            throw new UserErrorException(
                $"arm '{arm.Name}': its token budget follows itself, by way of {string.Join(", ", _open.Order(StringComparer.Ordinal))}"
            );
        }

        var chain = new List<string>();
        var rounds = ArmRound.Of(recipe, arm);
        var prompts = PromptsOf(arm);
        var reinforced = 0;
        PlanNode? weights = null;
        foreach (var round in rounds)
        {
            PlanNode? sample = null,
                reflect = null,
                traces = null;
            foreach (var stage in round.Stages)
            {
                var node = stage switch
                {
                    StageNames.Sample => sample = Add(
                        arm,
                        stage,
                        new SampleStageSettings(prompts, round.Train, round.Sampling),
                        round.Sampling.Model is null ? WeightsOf(weights) : [],
                        round: round.Number
                    ),
                    StageNames.Reflect => reflect = Add(
                        arm,
                        stage,
                        new ReflectStageSettings(prompts, round.Reflection),
                        [.. AttemptsOf(sample, arm, stage), .. WeightsOf(weights)],
                        round: round.Number
                    ),
                    StageNames.Traces => traces = Add(
                        arm,
                        stage,
                        new TracesStageSettings(prompts, round.Traces),
                        [.. AttemptsOf(sample, arm, stage), .. ReflectionsOf(reflect, arm, round)],
                        round: round.Number
                    ),
                    StageNames.Given => traces = Add(arm, stage, Given(arm, round), [], round: round.Number),
                    StageNames.Sft => weights = Sft(arm, traces, weights, round),
                    StageNames.Grpo => weights = Grpo(arm, weights, round, ++reinforced),
                    _ => throw new UserErrorException(
                        $"arm '{arm.Name}': unknown stage '{stage}'{NearestName.Hint(stage, [.. StageNames.InOrder])}"
                    ),
                };
                chain.Add(node.Id);

                // What earlier rounds end with is not measured.
                if (stage is StageNames.Sft or StageNames.Grpo && round.Number == rounds.Count)
                {
                    Evaluate(arm, stage, weights);
                }
            }
        }

        return _chains[arm.Name] = chain;
    }

    private string PromptsOf(ArmSettings arm) => arm.Set.Prompts ?? recipe.Prompts;

    private ImportedTraceStageSettings Given(ArmSettings arm, ArmRound round) =>
        new(
            PromptsOf(arm),
            round.Given
                ?? throw new UserErrorException(
                    $"arm '{arm.Name}': stage '{StageNames.Given}' needs a section given that names the file of the traces"
                )
        );

    private PlanNode Sft(ArmSettings arm, PlanNode? traces, PlanNode? weights, ArmRound round)
    {
        var sft = round.Sft;
        var validation = new ValidationSettings(round.Train, ValidationDecoding(round.Train));
        var settings = new SftStageSettings(
            PromptsOf(arm),
            sft,
            sft.Gate is null ? null : validation,
            sft.EvaluateEvery is null ? null : validation
        );
        var from = sft.StartFrom == RecipeValues.StartFromPrevious ? weights : null;
        return Add(
            arm,
            StageNames.Sft,
            settings,
            [From(PlanRoles.Dataset, traces, StageOutputs.Traces, arm, StageNames.Sft), .. WeightsOf(from)],
            round: round.Number
        );
    }

    /// <summary>As in evaluations, with room for the longest of the training levels.</summary>
    private Sampling.Decoding ValidationDecoding(IReadOnlyList<QuestionSource> train) =>
        train.Select(s => recipe.Evaluation.DecodingOf(s)).MaxBy(d => d.MaxNewTokens)!;

    /// <param name="time">From 1: which GRPO of the arm it is.</param>
    private PlanNode Grpo(ArmSettings arm, PlanNode? weights, ArmRound round, int time)
    {
        var settings = round.Grpo;
        IReadOnlyList<string> spentBy = [];
        if (settings.TokenBudget is { } budget && RecipeValues.MatchedArm(budget) is { } matched)
        {
            var other = recipe.Arms.FirstOrDefault(a => a.Name == matched)
                ?? throw new UserErrorException(
                    $"arm '{arm.Name}': its token budget '{budget}' names no arm{NearestName.Hint(matched, [.. recipe.Arms.Select(a => a.Name)])}"
                );
            spentBy = ChainOf(other);
        }
        else if (settings.TokenBudget is { } number && !(long.TryParse(number, out var tokens) && tokens > 0))
        {
            throw new UserErrorException($"arm '{arm.Name}': token budget '{number}' is neither a positive whole number nor 'match:ARM'");
        }

        var validation = settings.EvaluateEvery == 0 ? null : new ValidationSettings(round.Train, ValidationDecoding(round.Train));
        return Add(
            arm,
            StageNames.Grpo,
            new GrpoStageSettings(PromptsOf(arm), round.Train, settings, validation),
            WeightsOf(weights),
            spentBy,
            round: time
        );
    }

    private void Evaluate(ArmSettings arm, string checkpoint, PlanNode? weights)
    {
        var asked = Asked(recipe.Evaluation);
        var evaluation = Add(
            arm,
            StageKinds.Evaluate,
            new EvaluateStageSettings(PromptsOf(arm), asked),
            WeightsOf(weights),
            checkpoint: checkpoint
        );
        if (recipe.Evaluation.Forcing is { } forcing)
        {
            Add(
                arm,
                StageKinds.Force,
                new BudgetForcingStageSettings(
                    PromptsOf(arm),
                    asked,
                    forcing.TriggerOf(arm, checkpoint),
                    forcing.Times,
                    forcing.LimitScale
                ),
                [
                    new PlanInput(PlanRoles.Attempts, evaluation.Id, StageOutputs.Rollouts),
                    new PlanInput(PlanRoles.Questions, evaluation.Id, StageOutputs.Questions),
                    .. WeightsOf(weights),
                ],
                checkpoint: checkpoint
            );
        }
    }

    /// <summary>An evaluation without what only the report reads, so that a recipe that reports more samples nothing again.</summary>
    private static EvaluationSettings Asked(EvaluationSettings evaluation) =>
        evaluation with
        {
            BestOfN = [],
            Forcing = null,
            Limits = [],
            Reference = null,
        };

    private void BestOfN(ArmSettings arm)
    {
        if (arm.Stages.Contains(StageNames.Sft))
        {
            return;
        }

        // n answers per question: the evaluation's own number of samples plays no part.
        var settings = new BestOfNStageSettings(
            PromptsOf(arm),
            Asked(recipe.Evaluation) with
            {
                Samples = recipe.Evaluation.BestOfN.Max(),
                BestOfN = [recipe.Evaluation.BestOfN.Max()],
                Sets = [.. recipe.Evaluation.Sets.Select(s => s with { Samples = null })],
            },
            recipe.Reflection with
            {
                PerAttempt = 1,
            }
        );
        Add(arm, StageKinds.BestOfN, settings, [], checkpoint: Checkpoints.Base);
        if (ChainOf(arm).Select(id => _nodes.First(n => n.Id == id)).LastOrDefault(n => n.Kind == StageNames.Grpo) is { } trained)
        {
            Add(arm, StageKinds.BestOfN, settings, WeightsOf(trained), checkpoint: Checkpoints.Grpo);
        }
    }

    private static PlanInput[] WeightsOf(PlanNode? node) =>
        node is null ? [] : [new PlanInput(PlanRoles.Weights, node.Id, StageOutputs.Weights)];

    private PlanInput[] AttemptsOf(PlanNode? sample, ArmSettings arm, string stage) =>
        [
            From(PlanRoles.Attempts, sample, StageOutputs.Rollouts, arm, stage),
            From(PlanRoles.Questions, sample, StageOutputs.Questions, arm, stage),
        ];

    /// <summary>None where no trace holds a reflection.</summary>
    private PlanInput[] ReflectionsOf(PlanNode? reflect, ArmSettings arm, ArmRound round) =>
        reflect is not null || TraceFormats.Parse(round.Traces.Format).Any(f => f.NeedsReflections)
            ? [From(PlanRoles.Reflections, reflect, StageOutputs.Rollouts, arm, StageNames.Traces)]
            : [];

    private static PlanInput From(string role, PlanNode? node, string output, ArmSettings arm, string stage) =>
        node is not null
            ? new PlanInput(role, node.Id, output)
            : throw new UserErrorException(
                $"arm '{arm.Name}': stage '{stage}' needs {role} from a stage before it; found {string.Join(", ", arm.Stages)}"
            );

    private PlanNode Add(
        ArmSettings arm,
        string kind,
        StageSettings settings,
        IReadOnlyList<PlanInput> inputs,
        IReadOnlyList<string>? spentBy = null,
        string checkpoint = "",
        int round = 1
    )
    {
        var use = new PlanUse(arm.Name, checkpoint, round);
        var id = Identity(kind, settings, inputs, spentBy ?? []);
        var at = _nodes.FindIndex(n => n.Id == id);
        if (at >= 0)
        {
            if (!_nodes[at].Uses.Contains(use))
            {
                _nodes[at] = _nodes[at] with { Uses = [.. _nodes[at].Uses, use] };
            }

            return _nodes[at];
        }

        var name = $"{seed}/{arm.Name}/{kind}{(checkpoint.Length > 0 ? $"-{checkpoint}" : "")}{(round > 1 ? $"-{round}" : "")}";
        var node = new PlanNode(id, kind, seed, name, settings, inputs, spentBy ?? [], [use]);
        _nodes.Add(node);
        return node;
    }

    private string Identity(string kind, StageSettings settings, IReadOnlyList<PlanInput> inputs, IReadOnlyList<string> spentBy)
    {
        // Which arm a budget follows matters only by what that arm ran.
        var bare =
            settings is GrpoStageSettings g && spentBy.Count > 0 ? g with { Grpo = g.Grpo with { TokenBudget = "match" } } : settings;
        return CanonicalJson.Hash(
            new
            {
                kind,
                seed,
                settings = CanonicalJson.Of(bare),
                inputs,
                spentBy,
            }
        )[..16];
    }
}
