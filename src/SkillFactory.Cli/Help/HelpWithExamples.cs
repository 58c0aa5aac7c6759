using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace SkillFactory.Cli.Help;

/// <summary>The standard help, followed by notes and examples.</summary>
internal sealed class HelpWithExamples(HelpAction standard) : SynchronousCommandLineAction
{
    private readonly Dictionary<Command, (string Notes, string[] Examples)> _additions = [];

    public override bool Terminating => true;

    /// <summary>Help is printed even if the rest of the command line is wrong.</summary>
    public override bool ClearsParseErrors => true;

    public void Add(Command command, string notes, params string[] examples) => _additions[command] = (notes, examples);

    public override int Invoke(ParseResult parseResult)
    {
        var code = standard.Invoke(parseResult);
        if (WithParents(parseResult.CommandResult.Command).FirstOrDefault(_additions.ContainsKey) is { } command)
        {
            var addition = _additions[command];
            var output = parseResult.InvocationConfiguration.Output;
            if (addition.Notes.Length > 0)
            {
                output.WriteLine(addition.Notes);
                output.WriteLine();
            }

            output.WriteLine("Examples:");
            foreach (var example in addition.Examples)
            {
                output.WriteLine($"  {example}");
            }
        }

        return code;
    }

    /// <summary>The command and its parents: a command without examples shows those of its group.</summary>
    private static IEnumerable<Command> WithParents(Command command) =>
        command.Parents.OfType<Command>().SelectMany(WithParents).Prepend(command);
}
