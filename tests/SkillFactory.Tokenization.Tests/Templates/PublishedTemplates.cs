namespace SkillFactory.Tokenization.Tests.Templates;

/// <summary>Chat templates as published with their models.</summary>
internal static class PublishedTemplates
{
    public static string Qwen25 { get; } = Read("qwen2.5").TrimEnd('\n');

    public static string Llama3 { get; } = Read("llama3").TrimEnd('\n');

    /// <param name="name">The file without its extension.</param>
    public static string Read(string name)
    {
        using var stream = typeof(PublishedTemplates).Assembly.GetManifestResourceStream(name + ".jinja")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
