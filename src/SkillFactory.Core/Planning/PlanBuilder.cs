using System.Diagnostics;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Sampling;
using SkillFactory.Core.Traces;

namespace SkillFactory.Core.Planning;

/// <summary>Builds the stages of one seed. Expects a recipe that its reader has checked: a plan that cannot be built is a bug.</summary>
internal sealed class PlanBuilder(Recipe recipe, long seed)
{
    private readonly List<PlanNode> _nodes = [];
    private readonly Dictionary<string, IReadOnlyList<string>> _chains = new(StringComparer.Ordinal);
    private readonly HashSet<string> _open = new(StringComparer.Ordinal);

    public IReadOnlyList<PlanNode> Build()
    {
        // The base is evaluated once, with the recipe's prompts, whichever arms there are.
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

    /// <summary>Adds the stages of an arm, after those of the arms whose tokens its budget matches.</summary>
    /// <returns>The ids of the arm's own stages.</returns>
    private IReadOnlyList<string> ChainOf(ArmSettings arm)
    {
        if (_chains.TryGetValue(arm.Name, out var known))
        {
            return known;
        }

        if (!_open.Add(arm.Name))
        {
            throw new InvalidOperationException(
                $"the token budget of arm '{arm.Name}' matches the arm itself, directly or by way of others"
            );
        }

        var chain = new List<string>();
        var rounds = ArmRound.Of(recipe, arm);
        var prompts = PromptsOf(arm);
        var grpoStages = 0;
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
                    StageNames.Sft => weights = Sft(arm, traces, weights, round, chain),
                    StageNames.Grpo => weights = Grpo(arm, weights, round, ++grpoStages),
                    _ => throw new UnreachableException($"unknown stage '{stage}'"),
                };
                chain.Add(node.Id);

                // Checkpoints of earlier rounds are not evaluated.
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
        new(PromptsOf(arm), round.Given ?? throw new InvalidOperationException($"arm '{arm.Name}' has no section '{StageNames.Given}'"));

    /// <summary>Fine-tuning, after the stage that samples its replayed answers, if there are any.</summary>
    /// <param name="chain">Receives the id of that stage.</param>
    private PlanNode Sft(ArmSettings arm, PlanNode? traces, PlanNode? weights, ArmRound round, List<string> chain)
    {
        var sft = round.Sft;
        var validation = new ValidationSettings(round.Train, recipe.Evaluation.DecodingInTraining(round.Train));
        var settings = new SftStageSettings(
            PromptsOf(arm),
            sft,
            sft.Gate is null ? null : validation,
            sft.EvaluateEvery is null ? null : validation
        );
        var from = sft.StartFrom == RecipeValues.StartFromPrevious ? weights : null;
        PlanNode? replay = null;
        if (sft.Replay is { } replayed)
        {
            replay = Add(arm, StageKinds.Replay, ReplayStageSettings.Of(PromptsOf(arm), replayed), WeightsOf(from), round: round.Number);
            chain.Add(replay.Id);
        }

        return Add(
            arm,
            StageNames.Sft,
            settings,
            [
                From(PlanRoles.Dataset, traces, StageOutputs.Traces, arm, StageNames.Sft),
                .. replay is null ? (PlanInput[])[] : [new(PlanRoles.Replay, replay.Id, StageOutputs.Traces)],
                .. WeightsOf(from),
            ],
            round: round.Number
        );
    }

    /// <param name="number">From 1: which GRPO stage of the arm it is.</param>
    private PlanNode Grpo(ArmSettings arm, PlanNode? weights, ArmRound round, int number)
    {
        var settings = round.Grpo;
        IReadOnlyList<string> spentBy = [];
        if (settings.TokenBudget is { } budget && RecipeValues.MatchedArm(budget) is { } matched)
        {
            spentBy = ChainOf(recipe.Arms.First(a => a.Name == matched));
        }

        var validation =
            settings.EvaluateEvery == 0 ? null : new ValidationSettings(round.Train, recipe.Evaluation.DecodingInTraining(round.Train));
        return Add(
            arm,
            StageNames.Grpo,
            new GrpoStageSettings(PromptsOf(arm), round.Train, settings, validation),
            WeightsOf(weights),
            spentBy,
            round: number
        );
    }

    private void Evaluate(ArmSettings arm, string checkpoint, PlanNode? weights)
    {
        var settings = WithoutReporting(recipe.Evaluation);
        var evaluation = Add(
            arm,
            StageKinds.Evaluate,
            new EvaluateStageSettings(PromptsOf(arm), settings),
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
                    settings,
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

    /// <summary>The settings without those that only the report reads, so that changing those does not repeat the evaluation.</summary>
    private static EvaluationSettings WithoutReporting(EvaluationSettings evaluation) =>
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

        // Best of n has its own number of samples per question.
        var settings = new BestOfNStageSettings(
            PromptsOf(arm),
            WithoutReporting(recipe.Evaluation) with
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

    /// <summary>The reflections that traces need; empty for formats without reflections.</summary>
    private PlanInput[] ReflectionsOf(PlanNode? reflect, ArmSettings arm, ArmRound round) =>
        reflect is not null || TraceFormats.Parse(round.Traces.Format).Any(f => f.NeedsReflections)
            ? [From(PlanRoles.Reflections, reflect, StageOutputs.Rollouts, arm, StageNames.Traces)]
            : [];

    private static PlanInput From(string role, PlanNode? node, string output, ArmSettings arm, string stage) =>
        node is not null
            ? new PlanInput(role, node.Id, output)
            : throw new InvalidOperationException($"stage '{stage}' of arm '{arm.Name}' has no {role} from a stage before it");

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
        // The name of a matched arm does not matter, only the stages that it runs.
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
