using System.CommandLine;

namespace SkillFactory.Cli.Running;

/// <summary>Options of the commands that run something: the same words, the same meaning.</summary>
internal sealed class RunOptions
{
    private readonly SharedOptions _shared;
    private readonly Option<bool> _resume = new("--resume")
    {
        Description = "Go on with an experiment that was stopped, failed or was killed.",
    };
    private readonly Option<bool> _fresh = new("--fresh")
    {
        Description = "Begin again under a new id and run every stage, even those whose results exist.",
    };
    private readonly Option<string?> _output = new("--output", "-o")
    {
        Description = "Run folder. Default: WORKSPACE/EXPERIMENT.",
        HelpName = "DIR",
    };
    private readonly Option<bool> _dryRun = new("--dry-run")
    {
        Description = "Print the recipe as it would be used, and the stages; run nothing.",
    };
    private readonly Option<string?> _device = new("--device")
    {
        Description = "\"cpu\" or \"cuda:N\". Default: the recipe's.",
        HelpName = "DEVICE",
    };
    private readonly Option<bool> _plain = new("--plain")
    {
        Description = "Plain lines instead of the live view; the default when the output is not a terminal.",
    };
    private readonly Option<string[]> _set = new("--set")
    {
        Description = "Replace a value of the recipe; may be given several times.",
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
                result.AddError("--resume goes on and --fresh begins again: give one of them");
            }
        });
    }

    /// <param name="model">The model that is only evaluated; null: the recipe is run.</param>
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
