namespace SkillFactory.Tokenization.Tests.Templates;

/// <summary>Chat templates as published with their models.</summary>
internal static class PublishedTemplates
{
    public static string Qwen25 { get; } = Read("qwen2.5.jinja");

    public static string Llama3 { get; } = Read("llama3.jinja");

    private static string Read(string file)
    {
        using var stream = typeof(PublishedTemplates).Assembly.GetManifestResourceStream(file)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().TrimEnd('\n');
    }
}
