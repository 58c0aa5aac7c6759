using SkillFactory.Core.Prompts;
using SkillFactory.Core.Randomness;
using SkillFactory.Core.Sampling;
using SkillFactory.Core.Tasks;
using SkillFactory.Core.Tasks.Files;
using SkillFactory.Core.Traces;
using SkillFactory.Core.YamlBinding;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Recipes.Rules;

/// <summary>Checks the rules across the keys of one section, in the recipe or in the overrides of an arm or round.</summary>
/// <param name="prompts">The recipe's prompt set, which decides the wording of questions.</param>
internal sealed class SectionRules(YamlSource source, string prompts)
{
    public void Train(string path, IReadOnlyList<QuestionSource> sources) =>
        Sources(path, sources, "sampling.questions and grpo.promptsPerStep", "sampling.attemptsPerVariant and grpo.groupSize");

    /// <param name="questions">The keys that say how many questions are drawn.</param>
    /// <param name="samples">The keys that say how often a question is asked.</param>
    private void Sources(string path, IReadOnlyList<QuestionSource> sources, string questions, string samples)
    {
        foreach (var (i, question) in sources.Index())
        {
            Source($"{path}[{i}]", question);
            if (question.Questions is not null)
            {
                throw source.Error($"{path}[{i}].questions", $"has no effect: how many questions are drawn follows from {questions}");
            }

            if (question.Samples is not null)
            {
                throw source.Error($"{path}[{i}].samples", $"has no effect: how often a question is asked follows from {samples}");
            }
        }
    }

    public void Sampling(string path, SamplingSettings s)
    {
        Decoding($"{path}.decoding", s.Decoding);
        NotGreedy($"{path}.attemptsPerVariant", s.AttemptsPerVariant, s.Decoding, $"{path}.decoding");
        if (s.Rounds is not null && s.Enough is null && s.TokenBudget is null)
        {
            throw source.Error(
                $"{path}.rounds",
                "asks every question again; expected enough or tokenBudget beside it "
                    + "(for more attempts of all questions: attemptsPerVariant)"
            );
        }

        if (s.Enough is { } enough)
        {
            if (s.Rounds is null)
            {
                throw source.Error($"{path}.enough", "has no effect: there is one round; expected rounds beside it");
            }

            source.Require($"{path}.enough", enough.Correct + enough.Wrong > 0, "correct 0 and wrong 0", "at least one attempt");
        }
    }

    public void Reflection(string path, ReflectionSettings s)
    {
        Decoding($"{path}.decoding", s.Decoding);
        NotGreedy($"{path}.perAttempt", s.PerAttempt, s.Decoding, $"{path}.decoding");
    }

    public void Traces(string path, TraceSettings s)
    {
        if (TraceRules.Check(s, key => source.Has($"{path}.{key}")) is var (key, problem))
        {
            throw source.Error($"{path}.{key}", problem);
        }
    }

    public void Given(string path, ImportedTraceSettings s)
    {
        if (s.Task is { } task)
        {
            source.RequireOneOf($"{path}.task", task, TaskRegistry.Names);
        }
        else if (s.Keep == RecipeValues.KeepCorrect)
        {
            throw source.Error($"{path}.keep", "found correct; expected task beside it: the task whose grader decides what is correct");
        }
        else if (s.GoldColumn is not null)
        {
            throw source.Error($"{path}.goldColumn", "has no effect: nothing is graded without task");
        }
    }

    public void Sft(string path, SftSettings s)
    {
        EvaluateQuestions(path, s.EvaluateQuestions, s.EvaluateEvery is not null);
        if (s.Replay is { } replay)
        {
            Sources($"{path}.replay.sources", replay.Sources, $"{path}.replay.questions", $"{path}.replay.attempts");
            Decoding($"{path}.replay.decoding", replay.Decoding);
            NotGreedy($"{path}.replay.attempts", replay.Attempts, replay.Decoding, $"{path}.replay.decoding");
        }
    }

    public void Grpo(string path, GrpoSettings s)
    {
        if (s.Questions is { } questions)
        {
            source.Require(
                $"{path}.questions",
                questions >= s.PromptsPerStep,
                questions,
                $"at least promptsPerStep ({s.PromptsPerStep}): a step takes each question once"
            );
        }

        source.Require(
            $"{path}.updatesPerStep",
            s.UpdatesPerStep <= s.PromptsPerStep,
            s.UpdatesPerStep,
            $"at most promptsPerStep ({s.PromptsPerStep}): an update takes whole groups"
        );
        Decoding($"{path}.decoding", s.Decoding);
        Unchanged($"{path}.decoding", s.Decoding);
        source.Require(
            $"{path}.decoding.temperature",
            s.Decoding.Temperature > 0,
            s.Decoding.Temperature,
            "more than 0: greedy responses of a group are all the same"
        );
        if (s.Credit is { } credit)
        {
            source.Require(
                $"{path}.credit",
                credit.Attempt + credit.Verdict > 0,
                "no weight for attempts or verdicts",
                "credit.attempt or credit.verdict above 0"
            );
        }

        new GrpoLossRules(source).Check(path, s);
        Decay(path, s);
        source.Require(
            $"{path}.evaluateEvery",
            s.TokenBudget is not null || s.EvaluateEvery <= s.Steps,
            s.EvaluateEvery,
            $"at most steps ({s.Steps})"
        );
        EvaluateQuestions(path, s.EvaluateQuestions, s.EvaluateEvery > 0);
    }

    public void Evaluation(string path, EvaluationSettings s)
    {
        if (s.Sets.Count == 0)
        {
            throw source.Error($"{path}.sets", "the key is missing; expected at least one question set");
        }

        for (var i = 0; i < s.Sets.Count; i++)
        {
            Source($"{path}.sets[{i}]", s.Sets[i]);
            if (source.Has($"{path}.sets[{i}].weight"))
            {
                throw source.Error($"{path}.sets[{i}].weight", "has no effect: every set has the same number of questions");
            }
        }

        var names = s.Sets.Select(set => $"{set.Task}/{set.Level}").ToList();
        source.RequireDistinct(names, i => $"{path}.sets[{i}]");
        Decoding($"{path}.decoding", s.Decoding);
        NotGreedy($"{path}.samples", s.Samples, s.Decoding, $"{path}.decoding");
        foreach (var (i, set) in s.Sets.Index())
        {
            NotGreedy($"{path}.sets[{i}].samples", set.Samples ?? 1, s.Decoding, $"{path}.decoding");
        }

        foreach (var set in s.LimitScale.Keys.Where(set => !names.Contains(set)))
        {
            throw source.Error($"{path}.limitScale.{set}", $"names no set of this evaluation{NearestName.Hint(set, names)}");
        }
    }

    private void Decay(string path, GrpoSettings s)
    {
        if (s.FinalLearningRateShare < 1 && s.DecayShare == 0)
        {
            throw source.Error(
                $"{path}.finalLearningRateShare",
                FormattableString.Invariant(
                    $"found {s.FinalLearningRateShare}, which has no effect while decayShare is 0; set decayShare too"
                )
            );
        }

        if (s.DecayShare > 0 && s.FinalLearningRateShare == 1)
        {
            throw source.Error(
                $"{path}.decayShare",
                FormattableString.Invariant(
                    $"found {s.DecayShare}, which has no effect while finalLearningRateShare is 1; set finalLearningRateShare too"
                )
            );
        }
    }

    /// <summary>Checks task, level and settings by drawing a question, because only the task knows them. Question files are read
    /// whole.</summary>
    private void Source(string path, QuestionSource s)
    {
        try
        {
            var spec = new QuestionSpec(s.Level, s.Settings, PromptSet.Get(prompts).Wording);
            if (TaskRegistry.Get(s.Task) is IFileBackedTask task)
            {
                task.Read(spec);
            }
            else
            {
                TaskRegistry.Get(s.Task).Generate(spec, Split.Validation, 1, KeyedRandom.Of(0, "recipe"));
            }
        }
        catch (UserErrorException e)
        {
            throw source.Error(TaskRegistry.Names.Contains(s.Task) ? path : $"{path}.task", e.Message);
        }
    }

    private void EvaluateQuestions(string path, int? questions, bool evaluated)
    {
        if (questions is not null && !evaluated)
        {
            throw source.Error($"{path}.evaluateQuestions", "has no effect while evaluateEvery is not set");
        }
    }

    private void Decoding(string path, Decoding d)
    {
        if (d.Temperature == 0 && (d.TopP < 1 || d.TopK > 0 || d.MinP > 0))
        {
            throw source.Error(
                $"{path}.{(d.TopK > 0 ? "topK" : d.TopP < 1 ? "topP" : "minP")}",
                "has no effect: temperature 0 always takes the most likely token"
            );
        }

        source.Require(
            $"{path}.minNewTokens",
            d.MinNewTokens <= d.MaxNewTokens,
            d.MinNewTokens,
            $"at most maxNewTokens ({d.MaxNewTokens})"
        );
        for (var i = 0; i < d.Stop.Count; i++)
        {
            source.Require($"{path}.stop[{i}]", d.Stop[i].Length > 0, "an empty text", "a text that ends a response");
        }
    }

    /// <summary>GRPO needs the probabilities with which tokens were drawn, but a penalty or a ban of tokens depends on the response so far,
    /// which the trainer does not compute.</summary>
    private void Unchanged(string path, Decoding d)
    {
        source.Require(
            $"{path}.repetitionPenalty",
            d.RepetitionPenalty == 1,
            d.RepetitionPenalty,
            "1: GRPO trains on the probabilities of the model itself, which a penalty changes"
        );
        source.Require(
            $"{path}.minNewTokens",
            d.MinNewTokens == 0,
            d.MinNewTokens,
            "0: GRPO trains on the probabilities of the model itself, which a ban of end tokens changes"
        );
    }

    private void NotGreedy(string path, int samples, Decoding decoding, string decodingPath)
    {
        if (samples > 1 && decoding.Temperature == 0)
        {
            throw source.Error(
                path,
                $"found {samples}, but with {decodingPath}.temperature 0 all of them are the same; "
                    + "expected 1, or a temperature above 0"
            );
        }
    }
}
