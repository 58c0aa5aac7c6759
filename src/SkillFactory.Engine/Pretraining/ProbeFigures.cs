namespace SkillFactory.Engine.Pretraining;

/// <summary>Figures of a base model on one question set: validation split, temperature 1, original prompt.</summary>
/// <param name="Task">Name of the task.</param>
/// <param name="Level">Level of the task.</param>
/// <param name="Questions">Number of questions.</param>
/// <param name="Samples">Attempts per question.</param>
/// <param name="PassAt1">Share of attempts that are correct.</param>
/// <param name="PassAtAll">Share of questions with at least one correct attempt.</param>
/// <param name="RightOnCorrect">Of the model's verdicts on its own correct attempts, how many are right, and how many there are.</param>
/// <param name="RightOnWrong">The same for its own wrong attempts.</param>
internal sealed record ProbeFigures(
    string Task,
    string Level,
    int Questions,
    int Samples,
    double PassAt1,
    double PassAtAll,
    (int Right, int Of) RightOnCorrect,
    (int Right, int Of) RightOnWrong
);
