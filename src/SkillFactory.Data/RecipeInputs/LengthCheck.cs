using SkillFactory.Core;
using SkillFactory.Core.Planning;
using SkillFactory.Core.Prompts;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Recipes.Rules;
using SkillFactory.Core.Sampling;
using SkillFactory.Core.Tasks;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Data.RecipeInputs;

/// <summary>Checks, before a run starts, that prompts, responses and training sequences fit into the positions of the model: those of every
/// arm, evaluation set and training stage. A run would fail at them, possibly after hours.</summary>
/// <param name="located">The recipe.</param>
/// <param name="find">Finds a task by name.</param>
/// <param name="limitsOf">The limits of a model by its folder.</param>
public sealed partial class LengthCheck(LocatedRecipe located, Func<string, ITask> find, Func<string, ModelLimits> limitsOf)
{
    /// <summary>GRPO may ask hundreds of thousands of questions; so many of them are checked.</summary>
    private const int MostGrpoQuestions = 2048;

    /// <summary>The key of the response limit of evaluations during training.</summary>
    private const string ValidationLimit = "evaluation.decoding.maxNewTokens";

    private readonly LengthProblems _problems = new(located.Places);
    private readonly Dictionary<string, IReadOnlyList<Question>> _drawn = new(StringComparer.Ordinal);
    private readonly ModelLimits _model = limitsOf(located.Recipe.Model);

    private Recipe Recipe => located.Recipe;

    /// <exception cref="UserErrorException">Something does not fit. The message has a line for each problem, with the recipe's
    /// line.</exception>
    public void Check()
    {
        foreach (var arms in Recipe.Arms.GroupBy(a => a.Set.Prompts ?? Recipe.Prompts))
        {
            Evaluation(arms.Key, [.. arms]);
        }

        var plan = ExperimentPlan.From(Recipe);
        foreach (var node in plan.Nodes)
        {
            switch (node.Settings)
            {
                case SampleStageSettings sample:
                    Sampling(plan, node, sample);
                    break;
                case SftStageSettings sft:
                    Sft(plan, node, sft);
                    break;
                case GrpoStageSettings grpo:
                    Grpo(node, grpo);
                    break;
            }
        }

        _problems.ThrowIfAny();
    }

    private void Evaluation(string promptSet, IReadOnlyList<ArmSettings> arms)
    {
        var (evaluation, prompts) = (Recipe.Evaluation, PromptSet.Get(promptSet));
        var owner = Owner([.. arms.Select(a => a.Name)]);
        foreach (var (i, set) in evaluation.Sets.Index())
        {
            var questions = EvaluationQuestions.Of(set, evaluation, promptSet, find);
            var limit = evaluation.DecodingOf(set).MaxNewTokens;
            var name = $"{set.Task}/{set.Level}";
            var key = evaluation.LimitScale.ContainsKey(name) ? $"evaluation.limitScale.{name}" : "evaluation.decoding.maxNewTokens";
            var what = $"{owner}, set {name}";
            var asked = questions.Select(q => prompts.SolvePrompt(q, PromptVariant.Original)).ToList();
            if (!_problems.Fits(_model, what, asked, limit, key, $"evaluation.sets[{i}]"))
            {
                continue;
            }

            if (evaluation.Forcing is { } forcing)
            {
                var trigger = arms.SelectMany(a =>
                        (string[])[forcing.TriggerOf(a, Checkpoints.Base), forcing.TriggerOf(a, Checkpoints.Grpo)]
                    )
                    .Distinct()
                    .Max(_model.Count);
                var second = evaluation.Forced(forcing.LimitScale).ResponseLimitOf(set.Task, set.Level);
                _problems.Fits(
                    _model,
                    $"{what}, budget forcing (a response of up to {second} tokens with {trigger} of the trigger)",
                    asked,
                    trigger + second,
                    "evaluation.forcing.limitScale",
                    $"evaluation.sets[{i}]"
                );
            }

            if (evaluation.BestOfN.Count > 0 && arms.Any(a => !a.Stages.Contains(StageNames.Sft)))
            {
                Reflections(
                    $"{what}, best of n",
                    prompts,
                    questions,
                    limit,
                    Recipe.Reflection.Decoding,
                    "reflection.decoding.maxNewTokens"
                );
            }
        }
    }

    private void Sampling(ExperimentPlan plan, PlanNode node, SampleStageSettings settings)
    {
        var sampling = settings.Sampling;
        var model = sampling.Model is { } other ? limitsOf(other) : _model;
        var questions = Asked(node, settings);
        var prompts = new ExamplePrompt(
            PromptSet.Get(settings.Prompts),
            [.. ImportedFiles.ExamplesOf(sampling).Select(e => new WorkedExample(e.User, e.Response))]
        );
        _problems.Fits(
            model,
            $"{Owner(node)}, sample",
            [.. questions.SelectMany(q => sampling.Variants.Select(v => prompts.SolvePrompt(q, v)))],
            sampling.Decoding.MaxNewTokens,
            KeyOf(node, "sampling", "decoding.maxNewTokens"),
            sampling.Examples is null ? KeyOf(node, "sampling", "variants") : KeyOf(node, "sampling", "examples")
        );
        foreach (var reflect in plan.Nodes.Where(n => n.Settings is ReflectStageSettings && n.Needs.Contains(node.Id)))
        {
            Reflections(
                $"{Owner(reflect)}, reflect",
                PromptSet.Get(settings.Prompts),
                questions,
                sampling.Decoding.MaxNewTokens,
                ((ReflectStageSettings)reflect.Settings).Reflection.Decoding,
                KeyOf(reflect, "reflection", "decoding.maxNewTokens")
            );
        }
    }

    private void Sft(ExperimentPlan plan, PlanNode node, SftStageSettings settings)
    {
        var sft = settings.Sft;
        if (settings.Gate is { } gate)
        {
            var asked = Drawn(node, gate.Train, sft.Gate!.Questions, mix => StageQuestions.OfGate(mix, sft.Gate, node.Random));
            Asked(node, "the gate of sft", asked, gate.Decoding, ValidationLimit, KeyOf(node, "sft", "gate"));
        }

        Validation(node, settings.Validation, sft.EvaluateQuestions, KeyOf(node, "sft", "evaluateEvery"));
        var key = KeyOf(node, "sft", "maxLength");
        if (sft.MaxLength > _model.Positions)
        {
            _problems.Add(key, $"{Owner(node)}: found {sft.MaxLength}; the model has {_model.Positions} positions, so at most that many");
        }
        else
        {
            var dataset = plan[node.Inputs.First(i => i.Role == PlanRoles.Dataset).Node];
            if (dataset.Settings is ImportedTraceStageSettings given)
            {
                Given(key, node, sft, given);
            }
            else
            {
                Sampled(key, plan, node, sft, dataset);
            }
        }
    }

    private void Grpo(PlanNode node, GrpoStageSettings settings)
    {
        var grpo = settings.Grpo;
        var most = Math.Min(MostGrpoQuestions, StageQuestions.AskedByGrpo(grpo));
        var asked = Drawn(node, settings.Train, Math.Min(most, grpo.Questions ?? most), mix =>
            StageQuestions.OfGrpo(mix, grpo, most, node.Random)
        );
        Asked(node, "grpo", asked, grpo.Decoding, KeyOf(node, "grpo", "decoding.maxNewTokens"), KeyOf(node, "grpo", "questions"));
        Validation(node, settings.Validation, grpo.EvaluateQuestions, KeyOf(node, "grpo", "evaluateEvery"));
    }

    private void Validation(PlanNode node, ValidationSettings? validation, int? count, string askedAt)
    {
        if (validation is not null)
        {
            var asked = new QuestionMix(validation.Train, node.Settings.Prompts, find).DuringTraining(count);
            Asked(node, $"evaluation during {node.Kind}", asked, validation.Decoding, ValidationLimit, askedAt);
        }
    }

    private void Asked(PlanNode node, string stage, IReadOnlyList<Question> questions, Decoding decoding, string key, string askedAt)
    {
        var prompts = PromptSet.Get(node.Settings.Prompts);
        _problems.Fits(
            _model,
            $"{Owner(node)}, {stage}",
            [.. questions.Select(q => prompts.SolvePrompt(q, PromptVariant.Original))],
            decoding.MaxNewTokens,
            key,
            askedAt
        );
    }

    private IReadOnlyList<Question> Asked(PlanNode node, SampleStageSettings settings) =>
        Drawn(node, settings.Train, settings.Sampling.Questions, mix => StageQuestions.OfSampling(mix, settings.Sampling, node.Random));

    /// <summary>Questions of a stage. Arms often draw the same.</summary>
    private IReadOnlyList<Question> Drawn(
        PlanNode node,
        IReadOnlyList<QuestionSource> train,
        int count,
        Func<QuestionMix, IReadOnlyList<Question>> draw
    )
    {
        var key = CanonicalJson.Hash(
            new
            {
                node.Kind,
                node.Seed,
                node.Settings.Prompts,
                train,
                count,
            }
        );
        return _drawn.TryGetValue(key, out var known) ? known : _drawn[key] = draw(new QuestionMix(train, node.Settings.Prompts, find));
    }

    private static string Owner(PlanNode node) => Owner([.. node.Uses.Select(u => u.Arm).Distinct()]);

    private static string Owner(IReadOnlyList<string> arms) => $"{(arms.Count == 1 ? "arm" : "arms")} {string.Join(", ", arms)}";

    private string KeyOf(PlanNode node, string section, string key)
    {
        var use = node.Uses[0];
        var (i, arm) = Recipe.Arms.Index().First(a => a.Item.Name == use.Arm);

        // A use of GRPO counts its GRPO stages, any other use the rounds.
        var rounds = ArmRound.Of(Recipe, arm).Where(r => node.Kind != StageNames.Grpo || r.Stages.Contains(StageNames.Grpo));
        return located.Places.KeyOf(i, rounds.ElementAt(use.Round - 1), section, key);
    }

    /// <param name="limit">Most tokens of an attempt. One that reaches the limit is truncated and not reflected on.</param>
    private void Reflections(string what, PromptSet prompts, IReadOnlyList<Question> questions, int limit, Decoding decoding, string key) =>
        _problems.Fits(
            _model,
            $"{what} (an attempt of up to {limit - 1} tokens in the prompt)",
            [.. questions.Select(q => prompts.ReflectionPrompt(q, ""))],
            limit - 1 + decoding.MaxNewTokens,
            key,
            key
        );
}
