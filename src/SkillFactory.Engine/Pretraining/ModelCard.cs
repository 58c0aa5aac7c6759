using System.Globalization;
using System.Text;
using SkillFactory.Engine.Models;
using SkillFactory.Engine.Pretraining.Corpus;
using SkillFactory.Primitives.Files;

namespace SkillFactory.Engine.Pretraining;

/// <summary>Writes the README.md of a model folder: what the model is, how it was made and what it can do.</summary>
internal static class ModelCard
{
    private static readonly string[] Words = ["", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];

    public static Task WriteAsync(
        string folder,
        PretrainRecipe recipe,
        string recipeName,
        ParameterLayout layout,
        IReadOnlyList<ProbeFigures> figures
    )
    {
        var shape = layout.Shape;
        var text = new StringBuilder();
        var samples = figures[0].Samples;
        var documents = (long)recipe.Steps * recipe.BatchSize;
        text.Append(
            CultureInfo.InvariantCulture,
            $"""
            # {recipe.Name}

            {recipe.Description}

            | | |
            |---|---|

            """
        );
        Row(
            "architecture",
            $"Qwen2-shaped decoder: {shape.Layers} layers, hidden {shape.HiddenSize}, "
                + $"{shape.Heads} query and {shape.KvHeads} key/value heads, SwiGLU {shape.IntermediateSize}, tied embedding"
        );
        Row("parameters", $"{layout.Count:N0}");
        Row(
            "tokenizer",
            $"byte-level BPE, {shape.VocabSize} tokens; "
                + $"integers 0 to {recipe.Tokenizer.LargestNumber} and the method's tags are one token each"
        );
        Row(
            "data",
            $"synthetic, generated from seed {recipe.Seed}: {documents:N0} documents; {Seen(recipe.Corpus)}; "
                + "validation and test questions never occur"
        );
        Row(
            "training",
            $"{recipe.Steps:N0} steps of {recipe.BatchSize} documents, AdamW, peak rate {recipe.LearningRate}, loss on the response only"
                + (recipe.Start is { } start ? $"; continues `{Path.GetFileName(Path.TrimEndingDirectorySeparator(start))}`" : "")
        );
        Row("recipe", $"`{recipeName}`; made with `skillfactory pretrain`");
        text.Append(
            CultureInfo.InvariantCulture,
            $"""

            ## What it can do

            Validation questions, original prompt, temperature 1, {samples} attempts per question. "Verdict right" is measured on the
            model's own attempts.

            | task | level | questions | pass@1 | pass@{samples} | verdict right on correct attempts | on wrong attempts |
            |---|---|---|---|---|---|---|

            """
        );
        foreach (var f in figures)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {f.Task} | {f.Level} | {f.Questions} | {f.PassAt1:F3} | {f.PassAtAll:F3} "
                    + $"| {Share(f.RightOnCorrect)} | {Share(f.RightOnWrong)} |\n"
            );
        }

        text.Append(
            """

            ## Elsewhere

            In Python: `AutoModelForCausalLM` and `PreTrainedTokenizerFast` of transformers. Not `AutoTokenizer`: for every model of type
            qwen2, transformers 5 splits text by the rules of Qwen2's tokenizer and ignores `tokenizer.json`, so that numbers become digits.

            ## Limits

            It understands only the compact prompts of this project. It is a starting point for experiments with the method, not a
            useful model.

            """
        );
        return AtomicFile.WriteTextAsync(Path.Combine(folder, "README.md"), text.ToString());

        void Row(string name, string value) => text.Append(CultureInfo.InvariantCulture, $"| {name} | {value} |\n");
    }

    /// <summary>What a reader of results must know: the parts of the skill that the base has seen, and what it has not.</summary>
    private static string Seen(CorpusSettings corpus)
    {
        if (corpus.Sheets.Share + corpus.Ways.Share == 0)
        {
            return "one attempt or one reflection of an attempt each; no document retries or verifies";
        }

        var single = 1 - corpus.Sheets.Share - corpus.Ways.Share;
        List<string> seen = [$"{Percent(single)} one attempt or one reflection of an attempt each"];
        if (corpus.Sheets.Share > 0)
        {
            seen.Add(
                $"{Percent(corpus.Sheets.Share)} sheets of one to four different problems with one attempt and its verdict each, "
                    + "in the tags of a trace"
            );
        }

        if (corpus.Ways.Share > 0)
        {
            seen.Add(
                $"{Percent(corpus.Ways.Share)} lists of two to {Words[corpus.Ways.Most]} different right solutions of one problem, "
                    + "in the tags of a trace, without verdicts"
            );
        }

        return string.Join(", ", seen) + "; never another attempt at a problem after a wrong one";

        static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share:P0}");
    }

    private static string Share((int Right, int Of) counts) =>
        counts.Of == 0 ? "none" : string.Create(CultureInfo.InvariantCulture, $"{(double)counts.Right / counts.Of:F3} of {counts.Of}");
}
