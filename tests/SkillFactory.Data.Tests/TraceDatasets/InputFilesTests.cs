using SkillFactory.Data.TraceDatasets;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Data.Tests.TraceDatasets;

public sealed class InputFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("b.jsonl a.parquet notes.md .hidden/c.jsonl", null, "a.parquet b.jsonl", "")]
    [InlineData("sub/b.jsonl a.ndjson", null, "a.ndjson sub/b.jsonl", "")]
    [InlineData("c.csv a.json.gz b.JSONL.gz d.json e.gz dataset_info.json", null, "a.json.gz b.JSONL.gz c.csv d.json", "")]
    [InlineData(
        "data/train-00001-of-00002.parquet data/train-00000-of-00002.parquet data/test-00000-of-00001.parquet",
        null,
        "data/train-00000-of-00002.parquet data/train-00001-of-00002.parquet",
        "data/test-00000-of-00001.parquet"
    )]
    [InlineData("train/1.jsonl validation/1.jsonl test.jsonl", "validation", "validation/1.jsonl", "test.jsonl train/1.jsonl")]
    [InlineData("training.jsonl trainer.jsonl", null, "trainer.jsonl training.jsonl", "")]
    [InlineData("rollouts.parquet dataset/1-a.parquet", null, "rollouts.parquet", "")]
    public void Files_are_found_by_name(string files, string? split, string chosen, string others)
    {
        Make(files);
        var (found, rest) = InputFiles.Find(_folder.Path, split);
        Assert.Equal(chosen, string.Join(' ', found.Select(f => Path.GetRelativePath(_folder.Path, f.Path))));
        Assert.Equal(others, string.Join(' ', rest.Select(f => Path.GetRelativePath(_folder.Path, f.Path))));
    }

    [Theory]
    [InlineData("notes.md", null, ": the folder holds no files called *.jsonl, *.ndjson, *.json, *.csv, *.parquet, or such text with .gz")]
    [InlineData("train.jsonl test.jsonl", "dev", ": no file is of the split 'dev'; found test, train (--split names one of them)")]
    [InlineData("test.jsonl", null, ": no file is of the split 'train'; found test (--split names one of them)")]
    [InlineData("a.jsonl", "train", ": no file names a split, so there is no 'train'")]
    [InlineData("train.jsonl more.jsonl", null, "/more.jsonl: the name gives no split, but other files of ")]
    public void A_split_that_cannot_be_selected_is_an_error(string files, string? split, string expected)
    {
        Make(files);
        Assert.StartsWith(
            _folder.Path + expected,
            Assert.Throws<UserErrorException>(() => InputFiles.Find(_folder.Path, split)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_path_must_exist_and_a_split_needs_a_folder()
    {
        Assert.Equal("nowhere: no such file or folder", Assert.Throws<UserErrorException>(() => InputFiles.Find("nowhere", null)).Message);
        Make("a.jsonl");
        var file = Path.Combine(_folder.Path, "a.jsonl");
        Assert.Equal(new InputFile(file, null), Assert.Single(InputFiles.Find(file, null).Files));
        Assert.Equal(
            $"--split test chooses among the files of a folder, and {file} is one file",
            Assert.Throws<UserErrorException>(() => InputFiles.Find(file, "test")).Message
        );
    }

    private void Make(string files)
    {
        foreach (var file in files.Split(' '))
        {
            var path = Path.Combine(_folder.Path, file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, "{}\n");
        }
    }
}
