using SkillFactory.Tokenization.Patterns;

namespace SkillFactory.Tokenization.Files;

/// <summary>Reads "decoder".</summary>
internal static class DecoderSection
{
    /// <summary>Checks the decoder of a byte-level vocabulary, which needs no settings.</summary>
    public static void RequireByteLevel(FileSection section)
    {
        foreach (var step in Steps(section))
        {
            step.RefuseUnless(step.Type is "ByteLevel" or "Fuse", $"decoder '{step.Type}' with a byte-level vocabulary");
        }
    }

    /// <summary>Reads the decoder of a vocabulary with byte fallback: replacements in tokens, bytes, and spaces cut at the start.</summary>
    public static TokenText ReadByteFallback(FileSection section)
    {
        var replaced = new List<(CodePointPattern, string)>();
        var (bytes, fused, cut) = (false, false, 0);
        foreach (var step in Steps(section))
        {
            switch (step.Type)
            {
                case "Replace" when !bytes:
                    replaced.Add((PatternSection.Read(step.Required("pattern")), step.Text("content")));
                    break;
                case "ByteFallback" when !fused:
                    bytes = true;
                    break;
                case "Fuse":
                    fused = true;
                    break;
                case "Strip" when fused && cut == 0:
                    step.RefuseUnless(step.Text("content") == " ", $"decoder 'Strip' of '{step.Text("content")}'");
                    step.RefuseUnless(step.IsEmpty("stop"), "decoder 'Strip' at the end");
                    cut = step.Required("start").Json.GetInt32();
                    break;
                case var other:
                    throw step.Unsupported($"decoder '{other}' here");
            }
        }

        section.RefuseUnless(bytes, "a decoder without 'ByteFallback'");
        return new TokenText(replaced, cut);
    }

    private static IEnumerable<FileSection> Steps(FileSection section) =>
        section.Type == "Sequence" ? section.Required("decoders").Items().SelectMany(Steps) : [section];
}
