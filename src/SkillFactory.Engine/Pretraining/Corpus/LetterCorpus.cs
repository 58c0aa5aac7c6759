using SkillFactory.Core.Prompts;
using SkillFactory.Core.Randomness;
using SkillFactory.Core.Tasks;
using SkillFactory.Core.Tasks.Letters;

namespace SkillFactory.Engine.Pretraining.Corpus;

/// <summary>
/// Letter Countdown attempts ("pale") and reflections ("a,e,l,p?a,e,l,p"): the sorted letters of the answer, or an x if it is not a word,
/// then the sorted given letters.
/// </summary>
internal sealed class LetterCorpus(QuestionSpec spec) : TaskCorpus
{
    private readonly LetterSettings _settings = LetterSettings.Read(spec);

    public override AttemptDraft? TryDraft(RandomStream random, AttemptKind kind, string variant)
    {
        var word = random.Pick(_settings.Words);
        var gold = _settings.Scramble(word, random);
        if (!IsForTraining(gold.Identity.Split))
        {
            return null;
        }

        var list = WordList.OfLength(_settings.Length);
        var answer = kind switch
        {
            AttemptKind.Solution => word,
            AttemptKind.WrongNumber => random.Pick(list.Words),
            _ => Jumbled(random, gold),
        };
        var isWord = list.Contains(answer);
        var recomputed = $"{(isWord ? Listed(WordList.Sorted(answer)) : "x")}?{Listed(WordList.Sorted(gold.Letters))}";
        return new(
            LetterCountdownTask.ToQuestion(gold, Wording.Compact),
            kind,
            Lead(random, gold, answer, variant),
            answer,
            recomputed,
            isWord && WordList.Fits(answer, gold.Letters)
        );
    }

    private static string Jumbled(RandomStream random, LetterGold gold)
    {
        var letters = gold.Letters.ToCharArray();
        random.Shuffle(letters);
        return new(letters, 0, gold.Length);
    }

    private static string Lead(RandomStream random, LetterGold gold, string answer, string variant) =>
        variant switch
        {
            PromptVariant.PlanAndExecute => $"Plan:{answer[0]}\n",
            PromptVariant.Alternatively =>
                $"Options:{EitherOrder(random, answer[..1], gold.Letters.FirstOrDefault(c => c != answer[0], answer[0]).ToString())}\n",
            PromptVariant.Rephrase => $"Word Of:{Listed(gold.Letters)}\n",
            _ => "",
        };

    private static string Listed(string letters) => string.Join(',', letters.AsEnumerable());
}
