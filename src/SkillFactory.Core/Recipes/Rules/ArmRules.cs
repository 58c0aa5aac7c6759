using SkillFactory.Core.Prompts;
using SkillFactory.Core.Tasks;
using SkillFactory.Core.Traces;
using SkillFactory.Core.YamlBinding;

namespace SkillFactory.Core.Recipes.Rules;

/// <summary>Checks an arm: the order of its stages, its overrides, and the sections that a round combines.</summary>
internal sealed class ArmRules(YamlSource source, Recipe recipe, SectionRules sections)
{
    public void Check(string path, ArmSettings arm)
    {
        var rounds = ArmRound.Of(recipe, arm);
        Overrides($"{path}.set", arm.Set, arm.Stages, $"the arm '{arm.Name}'");
        Stages($"{path}.stages", arm.Stages, rounds);
        if (arm.Rounds.Count > rounds.Count)
        {
            var stages = string.Join(" / ", rounds.Select(r => string.Join(", ", r.Stages)));
            throw source.Error(
                $"{path}.rounds[{rounds.Count}]",
                $"the arm '{arm.Name}' has no round {rounds.Count + 1}; "
                    + $"expected settings of at most {rounds.Count}, as its stages are {stages}"
            );
        }

        foreach (var (i, set) in arm.Rounds.Index())
        {
            Overrides($"{path}.rounds[{i}]", set, rounds[i].Stages, $"round {i + 1} of the arm '{arm.Name}'");
        }

        foreach (var round in rounds)
        {
            Sources(path, arm, round);
            if (round.Stages.Contains(StageNames.Traces))
            {
                Attempts(path, arm, round);
            }
        }
    }

    private void Overrides(string path, RoundOverrides set, IReadOnlyList<string> stages, string owner)
    {
        foreach (var (section, users) in RecipeSections.Stages)
        {
            if (source.Has($"{path}.{section}") && !stages.Intersect(users).Any())
            {
                throw source.Error($"{path}.{section}", $"has no effect: {owner} has no stage {string.Join(" or ", users)}");
            }
        }

        IfSet(set.Train, "train", sections.Train);
        IfSet(set.Sampling, "sampling", sections.Sampling);
        IfSet(set.Reflection, "reflection", sections.Reflection);
        IfSet(set.Traces, "traces", sections.Traces);
        IfSet(set.Given, "given", sections.Given);
        IfSet(set.Sft, "sft", sections.Sft);
        IfSet(set.Grpo, "grpo", sections.Grpo);

        void IfSet<T>(T? value, string key, Action<string, T> check)
            where T : class
        {
            if (value is not null)
            {
                check($"{path}.{key}", value);
            }
        }
    }

    /// <summary>Checks that what a round starts from exists: imported traces, and answers for hints.</summary>
    private void Sources(string path, ArmSettings arm, ArmRound round)
    {
        if (round.Stages.Contains(StageNames.Given) && round.Given is null)
        {
            throw source.Error(
                $"{path}.stages",
                $"the arm '{arm.Name}' trains on imported traces; "
                    + "expected a section given, in the recipe or in the arm's set, that names their file"
            );
        }

        if (
            round.Stages.Contains(StageNames.Traces)
            && (round.Sft.Replay?.Sources ?? []).Index().FirstOrDefault(r => round.Train.Any(t => Same(t, r.Item)))
                is { Item: { } repeated } both
        )
        {
            throw source.Error(
                $"{source.SectionPath(path, round, "sft")}.replay.sources[{both.Index}]",
                $"the arm '{arm.Name}' trains on traces of {repeated.Task}, level {repeated.Level}, under the same prompt; "
                    + "expected tasks and levels without traces"
            );
        }

        if (
            round.Stages.Contains(StageNames.Sample)
            && round.Sampling.Variants.FirstOrDefault(AnswerHint.IsHinted) is { } hinted
            && round.Train.FirstOrDefault(t => TaskRegistry.Get(t.Task) is not IAnswerProvider) is { } unanswered
        )
        {
            throw source.Error(
                $"{path}.stages",
                $"the arm '{arm.Name}' uses the prompt variant {hinted}, but the task {unanswered.Task} has no answers to give as a hint"
            );
        }
    }

    private static bool Same(QuestionSource a, QuestionSource b) => (a.Task, a.Level) == (b.Task, b.Level);

    /// <summary>Checks that a round samples the attempts that its traces need.</summary>
    private void Attempts(string path, ArmSettings arm, ArmRound round)
    {
        var (sampling, traces) = (round.Sampling, round.Traces);
        var tracesAt = source.SectionPath(path, round, "traces");
        var samplingAt = source.SectionPath(path, round, "sampling");
        foreach (var (i, variant) in traces.Variants.Index())
        {
            source.RequireOneOf($"{tracesAt}.variants[{i}]", variant, sampling.Variants);
        }

        var variants = traces.Variants.Count > 0 ? traces.Variants.Count : sampling.Variants.Count;
        var sampled = sampling.AttemptsPerVariant * variants * (sampling.Rounds ?? 1);
        if (traces.Attempts > sampled)
        {
            throw source.Error(
                tracesAt == "traces" && samplingAt != "sampling" ? samplingAt : $"{tracesAt}.attempts",
                $"traces have up to {traces.Attempts} attempts, but the arm '{arm.Name}' samples only {sampled} per question"
            );
        }

        var distinct = traces.DistinctVariants || TraceFormats.Parse(traces.Format).Any(f => f.TakesDistinctVariants);
        if (distinct && traces.Attempts > variants)
        {
            throw source.Error(
                $"{tracesAt}.attempts",
                $"traces have up to {traces.Attempts} attempts of different prompt variants, "
                    + $"but the arm '{arm.Name}' uses only {variants}"
            );
        }
    }

    private void Stages(string path, IReadOnlyList<string> stages, IReadOnlyList<ArmRound> rounds)
    {
        var first = 0;
        foreach (var round in rounds)
        {
            var start = first;
            source.RequireDistinct(round.Stages, i => $"{path}[{start + i}]");
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

        var lastGrpo = stages.ToList().LastIndexOf(StageNames.Grpo);
        if (lastGrpo >= 0 && lastGrpo < stages.Count - 1 && !stages.Skip(lastGrpo).Contains(StageNames.Sft))
        {
            throw source.Error(
                path,
                $"the stages after {StageNames.Grpo} have no effect without {StageNames.Sft}; found {string.Join(", ", stages)}"
            );
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
        if (TraceFormats.Parse(traces.Format).Any(f => f.NeedsReflections))
        {
            Needs(StageNames.Traces, StageNames.Reflect);
        }
        else if (stages.Contains(StageNames.Reflect))
        {
            throw source.Error(
                path,
                $"the stage {StageNames.Reflect} has no effect: traces of the format {traces.Format} have no reflections"
            );
        }

        if (stages.Contains(StageNames.Given))
        {
            Imported(path, stages);
        }
        else
        {
            Needs(StageNames.Sft, StageNames.Traces);
        }

        void Needs(string stage, string before)
        {
            if (stages.Contains(stage) && !stages.Contains(before))
            {
                throw source.Error(path, $"the stage {stage} needs the stage {before} before it; found {string.Join(", ", stages)}");
            }
        }
    }

    /// <summary>Checks the stages of a round that has <see cref="StageNames.Given"/>.</summary>
    private void Imported(string path, IReadOnlyList<string> stages)
    {
        if (stages.FirstOrDefault(s => s is StageNames.Sample or StageNames.Reflect or StageNames.Traces) is { } replaced)
        {
            throw source.Error(
                path,
                $"the stage {replaced} has no effect: the stage {StageNames.Given} takes the place of {StageNames.Sample}, "
                    + $"{StageNames.Reflect} and {StageNames.Traces}; found {string.Join(", ", stages)}"
            );
        }

        if (!stages.Contains(StageNames.Sft))
        {
            throw source.Error(
                path,
                $"the stage {StageNames.Given} has no effect without {StageNames.Sft}; found {string.Join(", ", stages)}"
            );
        }
    }
}
