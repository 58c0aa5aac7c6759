using System.CommandLine;

namespace SkillFactory.Cli.Running;

/// <summary><c>evaluate MODEL --recipe RECIPE</c>: evaluates a model on the question sets of a recipe, without training.</summary>
internal static class EvaluateCommand
{
    public static Command Create(CliContext context, SharedOptions shared)
    {
        var model = new Argument<string>("MODEL") { Description = "Hugging Face folder: a base model, or a checkpoint of a run." };
        var recipe = new Option<string>("--recipe")
        {
            Description = "Recipe (YAML) whose evaluation section is used.",
            HelpName = "RECIPE",
            Required = true,
        };
        var options = new RunOptions(shared);
        var command = new Command(
            "evaluate",
            "Evaluates a model on a recipe's question sets, without training, and writes a run folder with report.html."
        )
        {
            model,
            recipe,
        };
        options.AddTo(command);
        command.SetAction(
            (parsed, cancellationToken) =>
                new RunCommand(context).RunAsync(
                    options.Read(parsed, parsed.GetRequiredValue(recipe), parsed.GetRequiredValue(model)),
                    cancellationToken
                )
        );
        return command;
    }
}
