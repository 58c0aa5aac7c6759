namespace SkillFactory.Reporting.Opening;

/// <summary>The effects of a model against another one, and what they cost.</summary>
/// <param name="Model">Key of the model.</param>
/// <param name="Against">Key of the model that it is compared against: the base model or the final model of another arm.</param>
/// <param name="Levels">Every level whose difference is significant or at least 5 points, and of each kind of level the largest gain and
/// loss. By kind; gains before losses; the largest first.</param>
/// <param name="Mean">The mean over all levels; null when there is only one level.</param>
/// <param name="TrainingTokens">Tokens spent to train the model, mean over seeds.</param>
/// <param name="AgainstTrainingTokens">The same for the other model; 0 for the base model.</param>
/// <param name="ResponseTokens">Tokens per response, mean over the levels on which both were evaluated.</param>
/// <param name="AgainstResponseTokens">The same for the other model.</param>
public sealed record ModelEffects(
    string Model,
    string Against,
    IReadOnlyList<LevelEffect> Levels,
    MeanEffect? Mean,
    double TrainingTokens,
    double AgainstTrainingTokens,
    double? ResponseTokens,
    double? AgainstResponseTokens
);
