using SkillFactory.Core.Prompts;
using SkillFactory.Core.Randomness;
using SkillFactory.Core.Sampling;
using SkillFactory.Core.Tasks;
using SkillFactory.Core.Tasks.Files;
using SkillFactory.Core.Traces;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Recipes;

/// <summary>Checks one section wherever it stands: in the recipe, or as an arm's override at another path.</summary>
/// <param name="prompts">The recipe's prompts, which say how questions are worded.</param>
internal sealed class SectionRules(YamlSource source, string prompts)
{
    public void Train(string path, IReadOnlyList<QuestionSource> sources)
    {
        AtLeastOne(path, sources, "question source");
        for (var i = 0; i < sources.Count; i++)
        {
            Source($"{path}[{i}]", sources[i]);
            Above($"{path}[{i}].weight", sources[i].Weight, 0);
            if (sources[i].Questions is not null)
            {
                throw source.Error(
                    $"{path}[{i}].questions",
                    "has no effect: how many questions are drawn is said in sampling.questions and grpo.promptsPerStep"
                );
            }

            if (sources[i].Samples is not null)
            {
                throw source.Error(
                    $"{path}[{i}].samples",
                    "has no effect: how often a question is asked is said in sampling.attemptsPerVariant and grpo.groupSize"
                );
            }
        }
    }

    public void Sampling(string path, SamplingSettings s)
    {
        Count($"{path}.questions", s.Questions);
        Count($"{path}.attemptsPerVariant", s.AttemptsPerVariant);
        AtLeastOne($"{path}.variants", s.Variants, "prompt variant");
        for (var i = 0; i < s.Variants.Count; i++)
        {
            OneOf($"{path}.variants[{i}]", s.Variants[i], RecipeValues.Variants);
        }

        Distinct($"{path}.variants", s.Variants);
        Decoding($"{path}.decoding", s.Decoding);
        NotGreedy($"{path}.attemptsPerVariant", s.AttemptsPerVariant, s.Decoding, $"{path}.decoding");
        Count($"{path}.promptsPerBatch", s.PromptsPerBatch);
        Optional(path, s);
    }

    /// <summary>What not every recipe uses.</summary>
    private void Optional(string path, SamplingSettings s)
    {
        if (s.Rounds is { } rounds)
        {
            Require($"{path}.rounds", rounds >= 2, rounds, "at least 2 (leave it out for one round)");
            if (s.Enough is null && s.TokenBudget is null)
            {
                throw source.Error(
                    $"{path}.rounds",
                    "asks every question again; expected enough or tokenBudget beside it (for more attempts of all questions: attemptsPerVariant)"
                );
            }
        }

        if (s.Enough is { } enough)
        {
            if (s.Rounds is null)
            {
                throw source.Error($"{path}.enough", "has no effect: there is one round; expected rounds beside it");
            }

            NotNegative($"{path}.enough.correct", enough.Correct);
            NotNegative($"{path}.enough.wrong", enough.Wrong);
            Require($"{path}.enough", enough.Correct + enough.Wrong > 0, "correct 0 and wrong 0", "at least one attempt");
        }

        if (s.Examples is { } examples)
        {
            NotEmpty($"{path}.examples.file", examples.File);
            Count($"{path}.examples.count", examples.Count);
        }

        if (s.Model is { } model)
        {
            NotEmpty($"{path}.model", model);
        }

        if (s.TokenBudget is { } budget)
        {
            Require($"{path}.tokenBudget", budget > 0, budget, "a positive whole number of tokens");
        }
    }

    public void Reflection(string path, ReflectionSettings s)
    {
        Count($"{path}.perAttempt", s.PerAttempt);
        Decoding($"{path}.decoding", s.Decoding);
        NotGreedy($"{path}.perAttempt", s.PerAttempt, s.Decoding, $"{path}.decoding");
        Count($"{path}.promptsPerBatch", s.PromptsPerBatch);
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
        NotEmpty($"{path}.file", s.File);
        OneOf($"{path}.prompt", s.Prompt, RecipeValues.GivenPrompts);
        OneOf($"{path}.keep", s.Keep, RecipeValues.GivenKept);
        OneOf($"{path}.badRows", s.BadRows, RecipeValues.BadRowRules);
        if (s.Task is { } task)
        {
            OneOf($"{path}.task", task, TaskRegistry.Names);
        }
        else if (s.Keep == RecipeValues.KeepCorrect)
        {
            throw source.Error($"{path}.keep", "found correct; expected task beside it: the task whose grader decides what is right");
        }
        else if (s.GoldColumn is not null)
        {
            throw source.Error($"{path}.goldColumn", "has no effect: nothing is graded without task");
        }
    }

    public void Sft(string path, SftSettings s)
    {
        OneOf($"{path}.startFrom", s.StartFrom, RecipeValues.StartingPoints);
        Above($"{path}.epochs", s.Epochs, 0);
        Count($"{path}.batchSize", s.BatchSize);
        Above($"{path}.learningRate", s.LearningRate, 0);
        Share($"{path}.finalLearningRateShare", s.FinalLearningRateShare);
        NotNegative($"{path}.warmupSteps", s.WarmupSteps);
        Optimiser(path, s.WeightDecay, s.Beta1, s.Beta2, s.ClipNorm);
        Count($"{path}.maxLength", s.MaxLength);
        if (s.Longer is { } longer)
        {
            OneOf($"{path}.longer", longer, RecipeValues.LongerRules);
        }

        if (s.Rows is { } rows)
        {
            Count($"{path}.rows", rows);
        }

        Count($"{path}.checkpointEvery", s.CheckpointEvery);
        Count($"{path}.evaluateEvery", s.EvaluateEvery ?? 1);
        EvaluateQuestions(path, s.EvaluateQuestions, s.EvaluateEvery is not null);
        if (s.Gate is { } gate)
        {
            Share($"{path}.gate.minStopAfterCorrect", gate.MinStopAfterCorrect);
            Share($"{path}.gate.maxStopAfterIncorrect", gate.MaxStopAfterIncorrect);
            Share($"{path}.gate.minWellFormed", gate.MinWellFormed ?? 0);
            Count($"{path}.gate.questions", gate.Questions);
            Above($"{path}.gate.extraEpochs", gate.ExtraEpochs, 0);
            NotNegative($"{path}.gate.maxExtensions", gate.MaxExtensions);
        }
    }

    public void Grpo(string path, GrpoSettings s)
    {
        Count($"{path}.steps", s.Steps);
        if (
            s.TokenBudget is { } budget
            && RecipeValues.MatchedArm(budget) is null
            && !(long.TryParse(budget, out var tokens) && tokens > 0)
        )
        {
            throw source.Error($"{path}.tokenBudget", $"found '{budget}'; expected a positive whole number of tokens, or match:ARM");
        }

        Count($"{path}.promptsPerStep", s.PromptsPerStep);
        if (s.Questions is { } questions)
        {
            Require(
                $"{path}.questions",
                questions >= s.PromptsPerStep,
                questions,
                $"at least promptsPerStep ({s.PromptsPerStep}): a step takes each question once"
            );
        }

        Require($"{path}.groupSize", s.GroupSize >= 2, s.GroupSize, "at least 2 (a group of one has no advantage)");
        Count($"{path}.updatesPerStep", s.UpdatesPerStep);
        Require(
            $"{path}.updatesPerStep",
            s.UpdatesPerStep <= s.PromptsPerStep,
            s.UpdatesPerStep,
            $"at most promptsPerStep ({s.PromptsPerStep}): an update takes whole groups"
        );
        Count($"{path}.promptsPerBatch", s.PromptsPerBatch);
        Decoding($"{path}.decoding", s.Decoding);
        Require(
            $"{path}.decoding.temperature",
            s.Decoding.Temperature > 0,
            s.Decoding.Temperature,
            "more than 0: greedy responses of a group are all the same"
        );
        OneOf($"{path}.advantage", s.Advantage, RecipeValues.Advantages);
        if (s.Credit is { } credit)
        {
            NotNegative($"{path}.credit.response", credit.Response);
            NotNegative($"{path}.credit.attempt", credit.Attempt);
            NotNegative($"{path}.credit.verdict", credit.Verdict);
            Require(
                $"{path}.credit",
                credit.Attempt + credit.Verdict > 0,
                "no weight for attempts nor for verdicts",
                "credit.attempt or credit.verdict above 0"
            );
        }

        if (s.VerdictReward is { } bonus)
        {
            Above($"{path}.verdictReward", bonus, 0);
        }

        if (s.DynamicRounds is { } rounds)
        {
            Require($"{path}.dynamicRounds", rounds >= 2, rounds, "at least 2 (one round is what happens without it)");
        }

        Require($"{path}.clipLow", s.ClipLow is > 0 and < 1, s.ClipLow, "a number between 0 and 1 (both excluded)");
        Above($"{path}.clipHigh", s.ClipHigh, 0);
        if (s.DualClip is { } dual)
        {
            Require($"{path}.dualClip", dual > 1 + s.ClipHigh, dual, $"a number above 1 + clipHigh ({1 + s.ClipHigh})");
        }

        NotNegative($"{path}.klCoefficient", s.KlCoefficient);
        Above($"{path}.learningRate", s.LearningRate, 0);
        Share($"{path}.finalLearningRateShare", s.FinalLearningRateShare);
        Share($"{path}.decayShare", s.DecayShare);
        if (s.FinalLearningRateShare < 1 && s.DecayShare == 0)
        {
            throw source.Error(
                $"{path}.finalLearningRateShare",
                $"found {s.FinalLearningRateShare}, which has no effect while decayShare is 0; set decayShare too"
            );
        }

        if (s.DecayShare > 0 && s.FinalLearningRateShare == 1)
        {
            throw source.Error(
                $"{path}.decayShare",
                $"found {s.DecayShare}, which has no effect while finalLearningRateShare is 1; set finalLearningRateShare too"
            );
        }

        NotNegative($"{path}.warmupSteps", s.WarmupSteps);
        Optimiser(path, s.WeightDecay, s.Beta1, s.Beta2, s.ClipNorm);
        Count($"{path}.checkpointEvery", s.CheckpointEvery);
        NotNegative($"{path}.evaluateEvery", s.EvaluateEvery);
        Require(
            $"{path}.evaluateEvery",
            s.TokenBudget is not null || s.EvaluateEvery <= s.Steps,
            s.EvaluateEvery,
            $"at most steps ({s.Steps})"
        );
        EvaluateQuestions(path, s.EvaluateQuestions, s.EvaluateEvery > 0);
    }

    public void Evaluation(string path, EvaluationSettings s)
    {
        OneOf($"{path}.split", s.Split, RecipeValues.EvaluationSplits);
        AtLeastOne($"{path}.sets", s.Sets, "question set");
        for (var i = 0; i < s.Sets.Count; i++)
        {
            Source($"{path}.sets[{i}]", s.Sets[i]);
            if (source.Has($"{path}.sets[{i}].weight"))
            {
                throw source.Error($"{path}.sets[{i}].weight", "has no effect: every set is evaluated on the same number of questions");
            }
        }

        var names = s.Sets.Select(set => $"{set.Task}/{set.Level}").ToList();
        Distinct($"{path}.sets", names);
        Count($"{path}.questions", s.Questions);
        Count($"{path}.samples", s.Samples);
        Decoding($"{path}.decoding", s.Decoding);
        NotGreedy($"{path}.samples", s.Samples, s.Decoding, $"{path}.decoding");
        foreach (var (i, set) in s.Sets.Index().Where(set => set.Item.Samples is not null))
        {
            Count($"{path}.sets[{i}].samples", set.Samples!.Value);
            NotGreedy($"{path}.sets[{i}].samples", set.Samples.Value, s.Decoding, $"{path}.decoding");
        }

        foreach (var (set, scale) in s.LimitScale)
        {
            if (!names.Contains(set))
            {
                throw source.Error($"{path}.limitScale.{set}", $"names no set of this evaluation{NearestName.Hint(set, names)}");
            }

            Above($"{path}.limitScale.{set}", scale, 0);
        }

        Count($"{path}.promptsPerBatch", s.PromptsPerBatch);
        for (var i = 0; i < s.BestOfN.Count; i++)
        {
            Require($"{path}.bestOfN[{i}]", s.BestOfN[i] >= 2, s.BestOfN[i], "at least 2");
        }

        Distinct($"{path}.bestOfN", s.BestOfN);
        for (var i = 0; i < s.Limits.Count; i++)
        {
            Require(
                $"{path}.limits[{i}]",
                s.Limits[i] is > 0 and < 1,
                s.Limits[i],
                "a share of the response limit between 0 and 1 (both excluded; the limit itself is always reported)"
            );
        }

        Distinct($"{path}.limits", s.Limits);
        if (s.Forcing is { } forcing)
        {
            Count($"{path}.forcing.times", forcing.Times);
            Above($"{path}.forcing.limitScale", forcing.LimitScale, 1);
            NotEmpty($"{path}.forcing.traceTrigger", forcing.TraceTrigger);
            NotEmpty($"{path}.forcing.plainTrigger", forcing.PlainTrigger);
            foreach (var (arm, trigger) in forcing.Triggers)
            {
                NotEmpty($"{path}.forcing.triggers.{arm}", trigger);
            }
        }

        Require($"{path}.confidence", s.Confidence is > 0 and < 1, s.Confidence, "a number between 0 and 1 (both excluded)");
        Count($"{path}.resamples", s.Resamples);
    }

    public void OneOf(string path, string value, IReadOnlyList<string> known)
    {
        if (!known.Contains(value))
        {
            throw source.Error(
                path,
                $"found '{value}'; expected one of {string.Join(", ", known)}"
                    + (NearestName.Of(value, known) is { } near ? $"; did you mean '{near}'?" : "")
            );
        }
    }

    public void AtLeastOne<T>(string path, IReadOnlyList<T> items, string what)
    {
        if (items.Count == 0)
        {
            throw source.Error(path, $"found an empty list; expected at least one {what}");
        }
    }

    public void Distinct<T>(string path, IEnumerable<T> items, Func<int, string>? pathOf = null)
    {
        var seen = new HashSet<T>();
        foreach (var (i, item) in items.Index())
        {
            if (!seen.Add(item))
            {
                throw source.Error(pathOf?.Invoke(i) ?? $"{path}[{i}]", $"'{item}' is given twice");
            }
        }
    }

    private void Source(string path, QuestionSource s)
    {
        try
        {
            // The tasks themselves know their levels and settings; drawing one question makes them look. Files are read whole, row by row.
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
        Count($"{path}.evaluateQuestions", questions ?? 1);
        if (questions is not null && !evaluated)
        {
            throw source.Error($"{path}.evaluateQuestions", "has no effect while evaluateEvery is not set");
        }
    }

    private void Decoding(string path, Decoding d)
    {
        NotNegative($"{path}.temperature", d.Temperature);
        Require($"{path}.topP", d.TopP is > 0 and <= 1, d.TopP, "a number above 0 and at most 1");
        NotNegative($"{path}.topK", d.TopK);
        Above($"{path}.repetitionPenalty", d.RepetitionPenalty, 0);
        Count($"{path}.maxNewTokens", d.MaxNewTokens);
        if (d.Temperature == 0 && (d.TopP < 1 || d.TopK > 0))
        {
            throw source.Error(
                d.TopK > 0 ? $"{path}.topK" : $"{path}.topP",
                "has no effect: temperature 0 always takes the likeliest token"
            );
        }
    }

    private void NotGreedy(string path, int samples, Decoding decoding, string decodingPath)
    {
        if (samples > 1 && decoding.Temperature == 0)
        {
            throw source.Error(
                path,
                $"found {samples}, but with {decodingPath}.temperature 0 all of them are the same; expected 1, or a temperature above 0"
            );
        }
    }

    private void Optimiser(string path, double weightDecay, double beta1, double beta2, double clipNorm)
    {
        NotNegative($"{path}.weightDecay", weightDecay);
        Require($"{path}.beta1", beta1 is >= 0 and < 1, beta1, "a number from 0 to below 1");
        Require($"{path}.beta2", beta2 is >= 0 and < 1, beta2, "a number from 0 to below 1");
        NotNegative($"{path}.clipNorm", clipNorm);
    }

    private void NotEmpty(string path, string text) => Require(path, text.Length > 0, "nothing", "some text");

    private void Count(string path, int value) => Require(path, value >= 1, value, "at least 1");

    private void NotNegative(string path, double value) => Require(path, value >= 0, value, "0 or more");

    private void Above(string path, double value, double limit) => Require(path, value > limit, value, $"a number above {limit}");

    private void Share(string path, double value) => Require(path, value is >= 0 and <= 1, value, "a share from 0 to 1");

    private void Require(string path, bool holds, object found, string expected)
    {
        if (!holds)
        {
            throw source.Error(path, $"found {found}; expected {expected}");
        }
    }
}
