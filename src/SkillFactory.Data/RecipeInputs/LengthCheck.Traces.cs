using SkillFactory.Core.Planning;
using SkillFactory.Core.Prompts;
using SkillFactory.Core.Recipes;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Data.RecipeInputs;

/// <content>Traces and <c>sft.maxLength</c>.</content>
public sealed partial class LengthCheck
{
    /// <summary>Traces that the run builds are not known before the start, but their prompts are: one must leave room for a token and the
    /// end token.</summary>
    private void Sampled(string key, ExperimentPlan plan, PlanNode node, SftSettings sft, PlanNode dataset)
    {
        var prompts = PromptSet.Get(node.Settings.Prompts);
        var shortest = int.MaxValue;
        foreach (var (sample, settings) in SamplesBefore(plan, dataset))
        {
            foreach (var question in Asked(sample, settings))
            {
                string text;
                try
                {
                    var (system, user) = prompts.SolvePrompt(question, PromptVariant.Original);
                    text = _model.Prompt(system, user);
                }
                catch (UserErrorException)
                {
                    // The check of the sample stage reports it.
                    return;
                }

                shortest = Math.Min(shortest, ModelLimits.AtMost(text) + 2 <= sft.MaxLength ? 0 : _model.Count(text));
                if (shortest + 2 <= sft.MaxLength)
                {
                    return;
                }
            }
        }

        if (shortest < int.MaxValue)
        {
            _problems.Add(
                key,
                $"{Owner(node)}: found {sft.MaxLength}; the shortest prompt has {shortest} tokens, so no trace fits "
                    + $"(the model has {_model.Positions} positions)"
            );
        }
    }

    private static IEnumerable<(PlanNode Node, SampleStageSettings Settings)> SamplesBefore(ExperimentPlan plan, PlanNode node) =>
        node.Settings is SampleStageSettings settings ? [(node, settings)] : node.Inputs.SelectMany(i => SamplesBefore(plan, plan[i.Node]));

    /// <summary>Imported traces are known before the start.</summary>
    private void Given(string key, PlanNode node, SftSettings sft, ImportedTraceStageSettings settings)
    {
        var given = settings.Given;
        var plain = PromptSet.Get(settings.Prompts).Variant(PromptVariant.Original);
        var (tooLong, longest, fits) = (0L, 0, false);
        foreach (var trace in ImportedFiles.Traces(given))
        {
            string prompt;
            try
            {
                var (system, user) = ImportedFiles.PromptOf(given, plain, trace);
                prompt = _model.Prompt(system, user);
            }
            catch (UserErrorException e)
            {
                _problems.Add(KeyOf(node, "given", "prompt"), $"{Owner(node)}: {trace.Place}: a prompt cannot be written: {e.Message}");
                return;
            }

            // The end token is one more.
            var response = trace.Response.Trim();
            var length = ModelLimits.AtMost(prompt) + ModelLimits.AtMost(response) + 1;
            length = length <= sft.MaxLength ? length : _model.Count(prompt) + _model.Count(response) + 1;
            if ((length <= sft.MaxLength && fits) || !ImportedFiles.IsKept(given, trace))
            {
                continue;
            }

            fits |= length <= sft.MaxLength;
            if (length > sft.MaxLength)
            {
                tooLong++;
                longest = Math.Max(longest, length);
            }
        }

        var refuses = sft.Longer is null or RecipeValues.RefuseLonger;
        if (!fits && tooLong == 0)
        {
            _problems.Add(KeyOf(node, "given", "keep"), $"{Owner(node)}: no trace of {given.File} is graded as correct, so none is used");
        }
        else if (tooLong > 0 && (refuses || (!fits && sft.Longer == RecipeValues.SkipLonger)))
        {
            _problems.Add(
                key,
                $"{Owner(node)}: {tooLong:#,0} traces of {given.File} have more than {sft.MaxLength} tokens with their prompts, the "
                    + $"longest {longest}; raise maxLength (the model has {_model.Positions} positions)"
                    + (refuses ? ", or set longer to skip or cut" : "")
            );
        }
    }
}
