using SkillFactory.Core.Planning;
using SkillFactory.Core.Randomness;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Recipes.Rules;
using SkillFactory.Core.Tasks;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Data.RecipeInputs;

/// <summary>Checks the questions that a recipe trains and evaluates on.</summary>
public static class RecipeQuestions
{
    private const int MostGrpoQuestions = 256;

    /// <summary>Draws the questions of every stage, so that an unknown task, an invalid level or a split that is too small is reported
    /// before the run starts.</summary>
    /// <returns>What the user should know about the data files, as lines of text.</returns>
    /// <exception cref="UserErrorException">A source cannot be used.</exception>
    public static IReadOnlyList<string> Check(LocatedRecipe located, Func<string, ITask> find)
    {
        var (recipe, places) = located;
        QuestionFiles.CheckNoneIsTrainedAndEvaluated(recipe);
        var evaluated = recipe.Evaluation.Sets.SelectMany(
            (set, i) =>
                At(places, set.Questions is null ? "evaluation.questions" : $"evaluation.sets[{i}].questions", () =>
                    EvaluationQuestions.Of(set, recipe.Evaluation, recipe.Prompts, find)
                )
        );
        var notes = new InputNotes();
        foreach (var file in QuestionFiles.Counts(recipe))
        {
            notes.Add(file.File.Path, file.Bad, file.Repeated, file.Unused);
        }

        foreach (var (given, counts, bad) in ImportedFiles.Check(recipe, evaluated.ToList()))
        {
            notes.Add(given.File, bad, counts.Repeated, counts.Unused);
            notes.AddReplacedSystem(given, counts.WithSystem);
        }

        foreach (var (i, arm) in recipe.Arms.Index())
        {
            foreach (var round in ArmRound.Of(recipe, arm).Where(r => r.Stages.Count > 0))
            {
                Check(recipe, i, round, places, find);
            }
        }

        return notes.Lines;
    }

    private static void Check(Recipe recipe, int arm, ArmRound round, RecipePlaces places, Func<string, ITask> find)
    {
        var mix = new QuestionMix(round.Train, recipe.Prompts, find);
        KeyedRandom Random(string stage) => KeyedRandom.Of(recipe.Seeds[0], stage);
        void Draw(string section, string key, Func<IReadOnlyList<Question>> draw) =>
            At(places, places.KeyOf(arm, round, section, key), draw);
        if (round.Stages.Contains(StageNames.Sample))
        {
            Draw("sampling", "questions", () => StageQuestions.OfSampling(mix, round.Sampling, Random(StageNames.Sample)));
        }

        if (round.Stages.Contains(StageNames.Sft) && round.Sft.Replay is { } replay)
        {
            var replayed = new QuestionMix(replay.Sources, recipe.Prompts, find);
            Draw("sft", "replay.questions", () => replayed.Distinct(Split.Sft, replay.Questions, Random(StageKinds.Replay)));
        }

        if (round.Stages.Contains(StageNames.Sft) && round.Sft.Gate is { } gate)
        {
            Draw("sft", "gate.questions", () => StageQuestions.OfGate(mix, gate, Random(StageNames.Sft)));
        }

        if (round.Stages.Contains(StageNames.Sft) && round.Sft.EvaluateEvery is not null)
        {
            Draw("sft", "evaluateQuestions", () => mix.DuringTraining(round.Sft.EvaluateQuestions));
        }

        if (round.Stages.Contains(StageNames.Grpo))
        {
            // GRPO asks again from the start, so every source needs only one question.
            var asked = Math.Min(StageQuestions.AskedByGrpo(round.Grpo), MostGrpoQuestions);
            Draw("grpo", "questions", () => StageQuestions.OfGrpo(mix, round.Grpo, asked, Random(StageNames.Grpo)));
            if (round.Grpo.EvaluateEvery > 0)
            {
                Draw("grpo", "evaluateQuestions", () => mix.DuringTraining(round.Grpo.EvaluateQuestions));
            }
        }
    }

    /// <summary>Draws questions; an error names the key that asks for them.</summary>
    private static IReadOnlyList<Question> At(RecipePlaces places, string key, Func<IReadOnlyList<Question>> draw)
    {
        try
        {
            return draw();
        }
        catch (UserErrorException e)
        {
            throw places.Error(key, e.Message);
        }
    }
}
