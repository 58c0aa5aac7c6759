using System.Text.RegularExpressions;
using SkillFactory.Core.Prompts;
using SkillFactory.Core.Tasks;
using SkillFactory.Core.Traces;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Recipes;

/// <summary>Checks what a recipe means, section by section: ranges, known words, arms and their stages, keys without effect.</summary>
/// <param name="source">As the author wrote it (arms' overrides not merged): says which keys were given, and where.</param>
internal sealed partial class RecipeRules(YamlSource source, Recipe recipe)
{
    private readonly SectionRules _sections = new(source, recipe.Prompts);

    public void Check()
    {
        if (recipe.Version != 1)
        {
            throw source.Error("version", $"found {recipe.Version}; this build reads version 1");
        }

        Name("name", recipe.Name);
        if (string.IsNullOrWhiteSpace(recipe.Model))
        {
            throw source.Error("model", "found empty text; expected the folder of a model");
        }

        if (!Device().IsMatch(recipe.Device))
        {
            throw source.Error("device", $"found '{recipe.Device}'; expected cpu or cuda:N, for example cuda:0");
        }

        _sections.OneOf("prompts", recipe.Prompts, RecipeValues.Prompts);
        _sections.AtLeastOne("seeds", recipe.Seeds, "seed");
        _sections.Distinct("seeds", recipe.Seeds);
        _sections.Train("train", recipe.Train);
        _sections.Sampling("sampling", recipe.Sampling);
        _sections.Reflection("reflection", recipe.Reflection);
        _sections.Traces("traces", recipe.Traces);
        if (recipe.Given is { } given)
        {
            _sections.Given("given", given);
        }

        _sections.Sft("sft", recipe.Sft);
        _sections.Grpo("grpo", recipe.Grpo);
        _sections.Evaluation("evaluation", recipe.Evaluation);

        _sections.AtLeastOne("arms", recipe.Arms, "arm");
        _sections.Distinct("arms", recipe.Arms.Select(a => a.Name), i => $"arms[{i}].name");
        for (var i = 0; i < recipe.Arms.Count; i++)
        {
            Arm($"arms[{i}]", recipe.Arms[i]);
        }

        UnusedSections();
        TokenBudgets();
        BestOfN();
        ArmsOfEvaluation();
    }

    private void Name(string path, string name)
    {
        if (!NamePattern().IsMatch(name))
        {
            throw source.Error(path, $"found '{name}'; expected lower-case letters, digits and dashes, beginning with a letter or digit");
        }
    }

    private void Arm(string path, ArmSettings arm)
    {
        Name($"{path}.name", arm.Name);
        var rounds = ArmRound.Of(recipe, arm);
        Overrides($"{path}.set", arm.Set, arm.Stages, $"the arm '{arm.Name}'");
        if (arm.Set.Prompts is { } prompts)
        {
            _sections.OneOf($"{path}.set.prompts", prompts, RecipeValues.Prompts);
        }

        Stages($"{path}.stages", arm.Stages, rounds);
        if (arm.Rounds.Count > rounds.Count)
        {
            throw source.Error(
                $"{path}.rounds[{rounds.Count}]",
                $"the arm '{arm.Name}' has no round {rounds.Count + 1}; expected settings of at most {rounds.Count}, as its stages are {string.Join(" / ", rounds.Select(r => string.Join(", ", r.Stages)))}"
            );
        }

        foreach (var (i, set) in arm.Rounds.Index())
        {
            Overrides($"{path}.rounds[{i}]", set, rounds[i].Stages, $"round {i + 1} of the arm '{arm.Name}'");
        }

        foreach (var round in rounds)
        {
            Round(path, arm, round);
        }
    }

    private void Overrides(string path, RoundOverrides set, IReadOnlyList<string> stages, string owner)
    {
        foreach (var section in RecipeOverrides.Sections.Where(s => source.Has($"{path}.{s.Key}") && !stages.Intersect(s.Value).Any()))
        {
            throw source.Error($"{path}.{section.Key}", $"has no effect: {owner} has no stage {string.Join(" or ", section.Value)}");
        }

        IfSet(set.Train, "train", _sections.Train);
        IfSet(set.Sampling, "sampling", _sections.Sampling);
        IfSet(set.Reflection, "reflection", _sections.Reflection);
        IfSet(set.Traces, "traces", _sections.Traces);
        IfSet(set.Given, "given", _sections.Given);
        IfSet(set.Sft, "sft", _sections.Sft);
        IfSet(set.Grpo, "grpo", _sections.Grpo);

        void IfSet<T>(T? value, string key, Action<string, T> check)
            where T : class
        {
            if (value is not null)
            {
                check($"{path}.{key}", value);
            }
        }
    }

    /// <summary>What a round's sections mean for one another.</summary>
    private void Round(string path, ArmSettings arm, ArmRound round)
    {
        var (sampling, traces) = (round.Sampling, round.Traces);
        if (round.Stages.Contains(StageNames.Given) && round.Given is null)
        {
            throw source.Error(
                $"{path}.stages",
                $"the arm '{arm.Name}' trains on given traces; expected a section given, in the recipe or the arm's set, that names their file"
            );
        }

        if (
            round.Stages.Contains(StageNames.Sample)
            && sampling.Variants.FirstOrDefault(AnswerHint.IsHinted) is { } hinted
            && round.Train.FirstOrDefault(t => TaskRegistry.Get(t.Task) is not IAnswerProvider) is { } silent
        )
        {
            throw source.Error(
                $"{path}.stages",
                $"the arm '{arm.Name}' asks in the variant {hinted}, but the task {silent.Task} cannot name an answer to give as a hint"
            );
        }

        if (!round.Stages.Contains(StageNames.Traces))
        {
            return;
        }

        var tracesAt = At(path, round, "traces");
        var samplingAt = At(path, round, "sampling");
        foreach (var (i, variant) in traces.Variants.Index())
        {
            _sections.OneOf($"{tracesAt}.variants[{i}]", variant, sampling.Variants);
        }

        var variants = traces.Variants.Count > 0 ? traces.Variants.Count : sampling.Variants.Count;
        var sampled = sampling.AttemptsPerVariant * variants * (sampling.Rounds ?? 1);
        if (traces.Attempts > sampled)
        {
            throw source.Error(
                tracesAt == "traces" && samplingAt != "sampling" ? samplingAt : $"{tracesAt}.attempts",
                $"traces of up to {traces.Attempts} attempts are asked for, but the arm '{arm.Name}' samples only {sampled} per question"
            );
        }

        if ((traces.DistinctVariants || TraceFormats.Parse(traces.Format).Any(f => f.TakesDistinctVariants)) && traces.Attempts > variants)
        {
            throw source.Error(
                $"{tracesAt}.attempts",
                $"traces of up to {traces.Attempts} attempts of different prompt variants are asked for, but the arm '{arm.Name}' uses only {variants}"
            );
        }
    }

    /// <summary>Where a round's section is written: the round, the arm's set, or the recipe.</summary>
    private string At(string arm, ArmRound round, string section) =>
        new[] { $"{arm}.rounds[{round.Number - 1}].{section}", $"{arm}.set.{section}" }.FirstOrDefault(source.Has) ?? section;

    private void Stages(string path, IReadOnlyList<string> stages, IReadOnlyList<ArmRound> rounds)
    {
        for (var i = 0; i < stages.Count; i++)
        {
            _sections.OneOf($"{path}[{i}]", stages[i], StageNames.InOrder);
        }

        var first = 0;
        foreach (var round in rounds)
        {
            _sections.Distinct(path, round.Stages, i => $"{path}[{first + i}]");
            Order(path, round.Stages, round.Traces);
            first += round.Stages.Count;
        }

        if (stages.Zip(stages.Skip(1)).Any(p => p is (StageNames.Grpo, StageNames.Grpo)))
        {
            throw source.Error(
                path,
                $"the stage {StageNames.Grpo} follows itself; found {string.Join(", ", stages)}; expected one of them, with more steps"
            );
        }

        if (
            stages.ToList().LastIndexOf(StageNames.Grpo) is >= 0 and var grpo
            && grpo < stages.Count - 1
            && !stages.Skip(grpo).Contains(StageNames.Sft)
        )
        {
            throw source.Error(path, $"what follows {StageNames.Grpo} leads to no {StageNames.Sft}; found {string.Join(", ", stages)}");
        }
    }

    private void Order(string path, IReadOnlyList<string> stages, TraceSettings traces)
    {
        var inOrder = StageNames.InOrder.Where(stages.Contains).ToList();
        if (!stages.SequenceEqual(inOrder))
        {
            throw source.Error(path, $"found the order {string.Join(", ", stages)}; expected {string.Join(", ", inOrder)}");
        }

        Needs(StageNames.Reflect, StageNames.Sample);
        Needs(StageNames.Traces, StageNames.Sample);
        if (!TraceFormats.Parse(traces.Format).Any(f => f.NeedsReflections))
        {
            if (stages.Contains(StageNames.Reflect))
            {
                throw source.Error(
                    path,
                    $"the stage {StageNames.Reflect} has no effect: traces of the format {traces.Format} hold no reflection"
                );
            }
        }
        else
        {
            Needs(StageNames.Traces, StageNames.Reflect);
        }

        if (!stages.Contains(StageNames.Given))
        {
            Needs(StageNames.Sft, StageNames.Traces);
        }
        else if (stages.FirstOrDefault(s => s is StageNames.Sample or StageNames.Reflect or StageNames.Traces) is { } own)
        {
            throw source.Error(
                path,
                $"the stage {own} has no effect: the stage {StageNames.Given} takes the place of {StageNames.Sample}, {StageNames.Reflect} and {StageNames.Traces}; found {string.Join(", ", stages)}"
            );
        }
        else if (!stages.Contains(StageNames.Sft))
        {
            throw source.Error(
                path,
                $"the stage {StageNames.Given} has no effect without {StageNames.Sft}; found {string.Join(", ", stages)}"
            );
        }

        void Needs(string stage, string before)
        {
            if (stages.Contains(stage) && !stages.Contains(before))
            {
                throw source.Error(path, $"the stage {stage} needs the stage {before} before it; found {string.Join(", ", stages)}");
            }
        }
    }

    private void UnusedSections()
    {
        // Best-of-n is chosen by the base's reflections, which the reflection section describes.
        var used = recipe
            .Arms.SelectMany(a => a.Stages)
            .Concat(recipe.Evaluation.BestOfN.Count > 0 ? [StageNames.Reflect] : [])
            .ToHashSet();
        foreach (var (section, stages) in RecipeOverrides.Sections)
        {
            if (section is not ("train" or "prompts") && source.Has(section) && !stages.Any(used.Contains))
            {
                throw source.Error(section, $"has no effect: no arm has the stage {string.Join(" or ", stages)}");
            }
        }
    }

    private void TokenBudgets()
    {
        var follows = new Dictionary<string, string>();
        foreach (var (i, arm) in recipe.Arms.Index())
        {
            foreach (var round in ArmRound.Of(recipe, arm).Where(r => r.Stages.Contains(StageNames.Grpo)))
            {
                TokenBudget(arm, round.Grpo, At($"arms[{i}]", round, "grpo"), follows);
            }
        }
    }

    private void TokenBudget(ArmSettings arm, GrpoSettings grpo, string path, Dictionary<string, string> follows)
    {
        if (grpo.TokenBudget is null)
        {
            return;
        }

        if (source.Has($"{path}.steps"))
        {
            throw source.Error(
                $"{path}.steps",
                "has no effect: tokenBudget decides the number of steps (in an arm, tokenBudget: null takes it away)"
            );
        }

        if (RecipeValues.MatchedArm(grpo.TokenBudget) is not { } name)
        {
            return;
        }

        var at = $"{path}.tokenBudget";
        var matched = recipe.Arms.FirstOrDefault(a => a.Name == name)
            ?? throw source.Error(
                at,
                $"found '{grpo.TokenBudget}'; there is no arm '{name}'{NearestName.Hint(name, [.. recipe.Arms.Where(a => a != arm).Select(a => a.Name)])}"
            );
        if (matched == arm)
        {
            throw source.Error(at, $"found '{grpo.TokenBudget}': the arm '{name}' cannot match itself; name another arm");
        }

        if (matched.Stages.Count == 0)
        {
            throw source.Error(at, $"found '{grpo.TokenBudget}': the arm '{name}' has no stages, so it spends no tokens");
        }

        follows[arm.Name] = name;
        for (var next = name; follows.TryGetValue(next, out var after); next = after)
        {
            if (after == arm.Name)
            {
                throw source.Error(
                    at,
                    $"found '{grpo.TokenBudget}': the arms {string.Join(" and ", arm.Name, next)} match each other in a circle"
                );
            }
        }
    }

    private void ArmsOfEvaluation()
    {
        IReadOnlyList<string> names = [.. recipe.Arms.Select(a => a.Name)];
        if (recipe.Evaluation.Reference is { } reference)
        {
            _sections.OneOf("evaluation.reference", reference, names);
        }

        foreach (var name in recipe.Evaluation.Forcing?.Triggers.Keys ?? [])
        {
            if (!names.Contains(name))
            {
                throw source.Error($"evaluation.forcing.triggers.{name}", $"names no arm{NearestName.Hint(name, names)}");
            }

            if (recipe.Arms.First(a => a.Name == name).Stages.Count == 0)
            {
                throw source.Error(
                    $"evaluation.forcing.triggers.{name}",
                    "has no effect: the arm trains nothing, and the base's trigger is plainTrigger"
                );
            }
        }
    }

    private void BestOfN()
    {
        if (recipe.Evaluation.BestOfN.Count > 0 && recipe.Arms.All(a => a.Stages.Contains(StageNames.Sft)))
        {
            throw source.Error(
                "evaluation.bestOfN",
                "has no effect: every arm is fine-tuned on traces, and best-of-n is for arms that answer once"
            );
        }
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9-]*$")]
    private static partial Regex NamePattern();

    [GeneratedRegex("^(cpu|cuda:[0-9]{1,3})$")]
    private static partial Regex Device();
}
