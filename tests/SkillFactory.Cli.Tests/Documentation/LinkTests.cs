using System.Text.RegularExpressions;

namespace SkillFactory.Cli.Tests.Documentation;

public sealed partial class LinkTests
{
    [Fact]
    public void Every_relative_link_of_every_page_leads_to_a_file()
    {
        var broken = Pages()
            .SelectMany(page => LinkPattern().Matches(File.ReadAllText(page)).Select(link => (Page: page, Target: link.Groups[1].Value)))
            .Where(link => !link.Target.Contains("://", StringComparison.Ordinal) && !link.Target.StartsWith('#'))
            .Where(link => !Exists(Path.Combine(Path.GetDirectoryName(link.Page)!, link.Target.Split('#')[0])))
            .Select(link => $"{Path.GetRelativePath(Repository.Root, link.Page)}: {link.Target}");
        Assert.Empty(broken);
    }

    [Fact]
    public void Every_heading_that_a_link_names_is_there()
    {
        var broken = Pages()
            .SelectMany(page => LinkPattern().Matches(File.ReadAllText(page)).Select(link => (Page: page, Target: link.Groups[1].Value)))
            .Where(link => !link.Target.Contains("://", StringComparison.Ordinal) && link.Target.Contains('#', StringComparison.Ordinal))
            .Where(link => !HasHeading(link.Page, link.Target))
            .Select(link => $"{Path.GetRelativePath(Repository.Root, link.Page)}: {link.Target}");
        Assert.Empty(broken);
    }

    private static IEnumerable<string> Pages() =>
        Directory
            .EnumerateFiles(Repository.Root, "*.md")
            .Concat(
                new[] { "docs", "recipes", "models" }.SelectMany(folder =>
                    Directory.EnumerateFiles(Repository.PathOf(folder), "*.md", SearchOption.AllDirectories)
                )
            );

    private static bool Exists(string path) => File.Exists(path) || Directory.Exists(path);

    private static bool HasHeading(string page, string target)
    {
        var parts = target.Split('#', 2);
        var file = parts[0].Length == 0 ? page : Path.Combine(Path.GetDirectoryName(page)!, parts[0]);
        return File.Exists(file)
            && File.ReadLines(file).Where(line => line.StartsWith('#')).Select(line => Slug(line.TrimStart('#').Trim())).Contains(parts[1]);
    }

    /// <summary>The anchor of a heading, by GitHub's rule.</summary>
    private static string Slug(string heading) => SlugPattern().Replace(heading.ToLowerInvariant(), "").Replace(' ', '-');

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex LinkPattern();

    [GeneratedRegex(@"[^\p{L}\p{N} _-]")]
    private static partial Regex SlugPattern();
}
