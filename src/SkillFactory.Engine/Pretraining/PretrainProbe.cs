using SkillFactory.Core.Prompts;
using SkillFactory.Core.Randomness;
using SkillFactory.Core.Recipes;
using SkillFactory.Core.Sampling;
using SkillFactory.Core.Tasks;
using SkillFactory.Core.Tasks.Countdown;
using SkillFactory.Engine.Models;
using SkillFactory.Engine.Sampling;
using SkillFactory.Grading;

namespace SkillFactory.Engine.Pretraining;

/// <summary>Figures of a base on one question set (validation split, T = 1, original prompt).</summary>
/// <param name="Task">Task.</param>
/// <param name="Level">Level.</param>
/// <param name="Questions">Questions.</param>
/// <param name="Samples">Attempts per question.</param>
/// <param name="PassAt1">Share of attempts that are correct.</param>
/// <param name="PassAtAll">Share of questions with a correct attempt among all samples.</param>
/// <param name="RightOnCorrect">Verdicts that are right, of the model's own correct attempts, and how many were judged.</param>
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

/// <summary>Measures what the method needs from a base: attempts that are sometimes right, verdicts that are mostly right.</summary>
internal static class PretrainProbe
{
    private const int Samples = 16;
    private const int VerdictsPerClass = 500;
    private const int SmallSpace = 48;
    private const int RequestsPerBatch = 32;
    private static readonly Decoding Decoding = new() { MaxNewTokens = 96 };

    public static IReadOnlyList<ProbeFigures> Measure(
        PretrainRecipe recipe,
        DecoderWeights weights,
        ModelDefinition model,
        KeyedRandom random
    )
    {
        using var rotary = new RotaryTable(weights.Layout.Shape, weights.Device);
        return
        [
            .. recipe.Corpus.Sources.Select(source =>
                Measure(recipe, source, weights, rotary, model, random.Child($"{source.Task}/{source.Level}"))
            ),
        ];
    }

    private static ProbeFigures Measure(
        PretrainRecipe recipe,
        QuestionSource source,
        DecoderWeights weights,
        RotaryTable rotary,
        ModelDefinition model,
        KeyedRandom random
    )
    {
        var task = TaskRegistry.Get(source.Task);
        var prompts = PromptSet.Get("compact");
        var questions = task.Generate(
            new QuestionSpec(source.Level, source.Settings, "compact"),
            Split.Validation,
            QuestionCount(recipe, source),
            random.Child("questions")
        );
        var attempts = new List<(Question Question, string Text, bool Correct)>();
        var solved = new int[questions.Count];
        Sample(
            questions.Select(
                (q, i) => Request(model, prompts.SolvePrompt(q, PromptVariant.Original), Samples, random.Child("solve").Child(i))
            ),
            (index, text, truncated) =>
            {
                var correct = task.Grade(questions[index], text, truncated).IsCorrect;
                attempts.Add((questions[index], text, correct));
                solved[index] += correct ? 1 : 0;
            }
        );

        var judged = attempts.GroupBy(a => a.Correct).SelectMany(g => g.Take(VerdictsPerClass)).ToArray();
        var right = new int[2];
        Sample(
            judged.Select((a, i) => Request(model, prompts.ReflectionPrompt(a.Question, a.Text), 1, random.Child("judge").Child(i))),
            (index, text, _) => right[judged[index].Correct ? 1 : 0] += Tags.LastVerdict(text) == judged[index].Correct ? 1 : 0
        );
        return new ProbeFigures(
            source.Task,
            source.Level,
            questions.Count,
            Samples,
            attempts.Average(a => a.Correct ? 1.0 : 0),
            solved.Average(s => s > 0 ? 1.0 : 0),
            (right[1], judged.Count(a => a.Correct)),
            (right[0], judged.Count(a => !a.Correct))
        );

        void Sample(IEnumerable<GenerationRequest> requests, Action<int, string, bool> take)
        {
            var first = 0;
            foreach (var chunk in requests.Chunk(RequestsPerBatch))
            {
                using var generation = new Generation(weights, rotary, chunk, Decoding, [.. model.StopTokens]);
                while (!generation.Advance(TimeSpan.FromSeconds(1))) { }

                foreach (var g in generation.Finished)
                {
                    take(first + g.Request, model.Tokenizer.Decode(g.Tokens, skipSpecial: true), g.Truncated);
                }

                first += chunk.Length;
            }
        }
    }

    /// <summary>Small question spaces (two-digit by one-digit products) have few validation questions.</summary>
    private static int QuestionCount(PretrainRecipe recipe, QuestionSource source) =>
        source.Task == CountdownTask.TaskName ? recipe.ProbeQuestions : Math.Min(recipe.ProbeQuestions, SmallSpace);

    private static GenerationRequest Request(
        ModelDefinition model,
        (string? System, string User) prompt,
        int samples,
        KeyedRandom random
    ) => new(model.EncodePrompt(prompt.System, prompt.User), samples, random);
}
