namespace SkillFactory.Core.Recipes.Rules;

/// <summary>A recipe with the places of its keys.</summary>
public sealed record LocatedRecipe(Recipe Recipe, RecipePlaces Places);
