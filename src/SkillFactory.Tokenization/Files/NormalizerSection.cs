using SkillFactory.Tokenization.Characters;
using SkillFactory.Tokenization.Normalizing;

namespace SkillFactory.Tokenization.Files;

/// <summary>Reads "normalizer".</summary>
internal static class NormalizerSection
{
    public static IEnumerable<NormalizerStep> Read(FileSection section) =>
        section.Type switch
        {
            "Sequence" => section.Required("normalizers").Items().SelectMany(Read),
            "NFC" => [new FormStep(UnicodeForm.C)],
            "NFD" => [new FormStep(UnicodeForm.D)],
            "NFKC" => [new FormStep(UnicodeForm.KC)],
            "NFKD" => [new FormStep(UnicodeForm.KD)],
            "Lowercase" => [new LowercaseStep()],
            "Strip" => [new StripStep(section.IsTrue("strip_left"), section.IsTrue("strip_right"))],
            "Prepend" => [new PrependStep(section.Text("prepend"))],
            "Replace" => [new ReplaceStep(PatternSection.Read(section.Required("pattern")), section.Text("content"))],
            var other => throw section.Unsupported($"normalizer '{other}'"),
        };
}
