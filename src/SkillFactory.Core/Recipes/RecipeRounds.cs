namespace SkillFactory.Core.Recipes;

/// <summary>Queries over the rounds of all arms.</summary>
public static class RecipeRounds
{
    /// <summary>The rounds that have a stage.</summary>
    public static IEnumerable<ArmRound> RoundsWith(this Recipe recipe, string stage) =>
        recipe.Arms.SelectMany(a => ArmRound.Of(recipe, a)).Where(r => r.Stages.Contains(stage));

    /// <summary>Every source of training questions in the recipe, used by a stage or not.</summary>
    public static IEnumerable<QuestionSource> TrainingSources(this Recipe recipe) =>
        recipe
            .Train.Concat(recipe.Sft.Replay?.Sources ?? [])
            .Concat(
                recipe.Arms.SelectMany(a => a.Rounds.Prepend(a.Set)).SelectMany(s => (s.Train ?? []).Concat(s.Sft?.Replay?.Sources ?? []))
            );
}
