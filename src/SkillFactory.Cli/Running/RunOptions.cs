using System.CommandLine;
using SkillFactory.Cli.Inputs;

namespace SkillFactory.Cli.Running;

/// <summary>Options of the commands that run an experiment.</summary>
internal sealed class RunOptions
{
    private readonly SharedOptions _shared;
    private readonly Option<bool> _resume = new("--resume")
    {
        Description = "Continue an experiment that was stopped, failed or was killed.",
    };
    private readonly Option<bool> _fresh = new("--fresh")
    {
        Description = "Start again under a new id and run every stage, even if its results exist.",
    };
    private readonly Option<string?> _output = new Option<string?>("--output", "-o")
    {
        Description = "Run folder: new, empty, or this experiment's own. Default: WORKSPACE/EXPERIMENT.",
        HelpName = "DIR",
    }.ForFolder();
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Print the effective recipe and the stages; run nothing." };
    private readonly Option<string?> _device = new("--device")
    {
        Description = "\"cpu\" or \"cuda:N\". Default: the device in the recipe.",
        HelpName = "DEVICE",
    };
    private readonly Option<bool> _plain = new("--plain")
    {
        Description = "Print plain lines instead of the live view. Default if the output is not a terminal.",
    };
    private readonly Option<string[]> _set = new("--set")
    {
        Description = "Replace a value of the recipe. May be repeated.",
        HelpName = "KEY.PATH=VALUE",
        DefaultValueFactory = _ => [],
    };

    public RunOptions(SharedOptions shared)
    {
        _shared = shared;
        _set.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(t => t.Value.IndexOf('=', StringComparison.Ordinal) <= 0))
            {
                result.AddError($"--set takes KEY.PATH=VALUE, for example grpo.steps=20; found '{token.Value}'");
            }
        });
    }

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_resume, _fresh, _shared.Workspace, _output, _dryRun, _device, _set, _plain])
        {
            command.Add(option);
        }

        command.Validators.Add(result =>
        {
            if (result.GetValue(_resume) && result.GetValue(_fresh))
            {
                result.AddError("--resume and --fresh cannot be combined");
            }
        });
    }

    /// <param name="model">The model to evaluate; null: run the recipe.</param>
    public RunSettings Read(ParseResult parsed, string recipe, string? model) =>
        new()
        {
            Recipe = recipe,
            Model = model,
            Resume = parsed.GetValue(_resume),
            Fresh = parsed.GetValue(_fresh),
            Workspace = parsed.GetRequiredValue(_shared.Workspace),
            Output = parsed.GetValue(_output),
            DryRun = parsed.GetValue(_dryRun),
            Device = parsed.GetValue(_device),
            Set = parsed.GetValue(_set) ?? [],
            Plain = parsed.GetValue(_plain),
            Verbose = parsed.GetValue(_shared.Verbose),
        };
}
