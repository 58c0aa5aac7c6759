using System.Text;
using SkillFactory.Tokenization.Characters;
using SkillFactory.Tokenization.Patterns;

namespace SkillFactory.Tokenization.Normalizing;

/// <summary>One change that a tokenizer makes to text before it looks for pieces.</summary>
public abstract record NormalizerStep
{
    internal abstract string Apply(string text);
}

/// <summary>Unicode normalization: "NFC", "NFD", "NFKC", "NFKD".</summary>
public sealed record FormStep(UnicodeForm Form) : NormalizerStep
{
    internal override string Apply(string text) => UnicodeForms.Normalize(text, Form);
}

/// <summary>"Lowercase": each character by itself, so that a final sigma is no exception.</summary>
public sealed record LowercaseStep : NormalizerStep
{
    internal override string Apply(string text) => CaseMapping.Lower(text);
}

/// <summary>"Replace": each match of a pattern by a text.</summary>
public sealed record ReplaceStep(CodePointPattern Pattern, string Content) : NormalizerStep
{
    internal override string Apply(string text)
    {
        if (text.Length == 0)
        {
            return text;
        }

        var matches = new List<(int Start, int End)>();
        Pattern.Matches(text, matches);
        if (matches.Count == 0)
        {
            return text;
        }

        var replaced = new StringBuilder(text.Length);
        var done = 0;
        foreach (var (start, end) in matches)
        {
            replaced.Append(text, done, start - done).Append(Content);
            done = end;
        }

        return replaced.Append(text, done, text.Length - done).ToString();
    }
}

/// <summary>"Prepend": a text before any text that is not empty.</summary>
public sealed record PrependStep(string Text) : NormalizerStep
{
    internal override string Apply(string text) => text.Length == 0 ? text : Text + text;
}

/// <summary>"Strip": no white space at the ends.</summary>
public sealed record StripStep(bool Left, bool Right) : NormalizerStep
{
    internal override string Apply(string text)
    {
        text = Left ? text.TrimStart() : text;
        return Right ? text.TrimEnd() : text;
    }
}
