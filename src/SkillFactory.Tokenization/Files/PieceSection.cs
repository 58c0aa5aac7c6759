using System.Text.Json;
using SkillFactory.Primitives.Errors;
using SkillFactory.Tokenization.Patterns;
using SkillFactory.Tokenization.Splitting;

namespace SkillFactory.Tokenization.Files;

/// <summary>Reads "pre_tokenizer".</summary>
internal static class PieceSection
{
    /// <summary>GPT-2's split pattern, which a "ByteLevel" step with <c>use_regex</c> uses.</summary>
    internal const string Gpt2Pattern = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    /// <summary>Adds the steps of a section. Returns whether it, or a part of it, makes the vocabulary byte-level.</summary>
    public static bool Read(FileSection section, List<PieceStep> steps)
    {
        switch (section.Type)
        {
            case "Sequence":
                var byteLevel = false;
                foreach (var part in section.Required("pretokenizers").Items())
                {
                    part.RefuseUnless(!byteLevel, "a step after 'ByteLevel'");
                    byteLevel |= Read(part, steps);
                }

                return byteLevel;
            case "ByteLevel":
                if (section.Required("add_prefix_space").Json.GetBoolean())
                {
                    steps.Add(new PrefixStep(' '));
                }

                if (!section.Json.TryGetProperty("use_regex", out var useRegex) || useRegex.ValueKind == JsonValueKind.True)
                {
                    steps.Add(new SplitStep(CodePointPattern.Parse(Gpt2Pattern, section.Path("use_regex"))));
                }

                return true;
            case "Digits":
                var digits = CodePointPattern.Parse(@"\p{N}", section.Key);
                steps.Add(new SplitStep(digits, section.IsTrue("individual_digits") ? DelimiterUse.Isolated : DelimiterUse.Contiguous));
                return false;
            case "Split":
                steps.Add(new SplitStep(PatternSection.Read(section.Required("pattern")), Delimiter(section), section.IsTrue("invert")));
                return false;
            case "Metaspace":
                AddMetaspace(section, steps);
                return false;
            case var other:
                throw section.Unsupported($"pre_tokenizer '{other}'");
        }
    }

    private static DelimiterUse Delimiter(FileSection section) =>
        section.Text("behavior") switch
        {
            "Isolated" => DelimiterUse.Isolated,
            "Removed" => DelimiterUse.Removed,
            "MergedWithPrevious" => DelimiterUse.MergedWithPrevious,
            "MergedWithNext" => DelimiterUse.MergedWithNext,
            "Contiguous" => DelimiterUse.Contiguous,
            var other => throw section.Unsupported($"behavior '{other}'"),
        };

    private static void AddMetaspace(FileSection section, List<PieceStep> steps)
    {
        var replacement = section.Text("replacement");
        section.RefuseUnless(replacement.Length == 1, $"replacement '{replacement}'");
        steps.Add(new VisibleSpaceStep(replacement[0]));
        var scheme = section.Member("prepend_scheme")?.Json.GetString() ?? "always";
        if (section.Member("add_prefix_space") is { Json.ValueKind: JsonValueKind.False })
        {
            section.RefuseUnless(
                scheme == "never" || section.Member("prepend_scheme") is null,
                $"add_prefix_space false with prepend_scheme '{scheme}'"
            );
            scheme = "never";
        }

        switch (scheme)
        {
            case "never":
                break;
            case "always" or "first":
                steps.Add(new PrefixStep(replacement[0], OnlyAtStart: scheme == "first"));
                break;
            default:
                throw section.Unsupported($"prepend_scheme '{scheme}'");
        }

        if (section.Member("split") is not { Json.ValueKind: JsonValueKind.False })
        {
            steps.Add(new SplitStep(CodePointPattern.Literal(replacement), DelimiterUse.MergedWithNext));
        }
    }
}
