using System.Text.Json;
using SkillFactory.Cli.Diagnosis;
using SkillFactory.Cli.Errors;
using SkillFactory.Cli.Experiments;
using SkillFactory.Cli.Grading;
using SkillFactory.Cli.Reports;
using SkillFactory.Cli.Traces;

namespace SkillFactory.Cli.Tests.Documentation;

public sealed class JsonReferenceTests
{
    [Theory]
    [InlineData("experiments show", typeof(ExperimentFacts))]
    [InlineData("experiments show", typeof(StageFacts))]
    [InlineData("experiments show", typeof(StageWork))]
    [InlineData("report", typeof(ReportFacts))]
    [InlineData("traces show", typeof(ShownResponse))]
    [InlineData("grade", typeof(GradeFacts))]
    [InlineData("doctor", typeof(CheckResult))]
    public void The_page_lists_every_field_of_a_command(string command, Type facts)
    {
        var page = File.ReadAllText(Repository.PathOf("docs", "reference", "json-output.md"));
        var section = page.Split("\n## ").Single(s => s.StartsWith($"`{command}", StringComparison.Ordinal));
        var missing = facts
            .GetProperties()
            .Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name))
            .Where(name =>
                !section.Contains($"`{name}`", StringComparison.Ordinal) && !section.Contains($"].{name}`", StringComparison.Ordinal)
            );
        Assert.Empty(missing);
    }

    [Fact]
    public void Every_command_with_json_output_has_a_section()
    {
        using var cli = new TestCli();
        var shared = new SharedOptions();
        var commands = CliApp.Build(cli.Context(), shared).Subcommands.SelectMany(c => c.Subcommands.Prepend(c));
        var page = File.ReadAllText(Repository.PathOf("docs", "reference", "json-output.md"));
        Assert.All(commands.Where(c => c.Options.Contains(shared.Json)), c =>
            Assert.Contains($"## `{string.Join(' ', ParseErrors.PathOf(c))} ", page, StringComparison.Ordinal)
        );
    }
}
