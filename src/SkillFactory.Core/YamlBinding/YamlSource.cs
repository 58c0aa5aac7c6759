using SkillFactory.Primitives.Errors;
using SkillFactory.Primitives.Files;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace SkillFactory.Core.YamlBinding;

/// <summary>One YAML document with the line of every key, so that errors found after binding can name the line, too.</summary>
public sealed class YamlSource
{
    /// <summary>Most values that are bound, aliases counted wherever they are used. Protects against exponential alias expansion.</summary>
    internal const int MaxValues = 200_000;

    private const int MaxDepth = 32;

    private YamlSource(string fileName, YamlMap root)
    {
        FileName = fileName;
        Root = root;
    }

    /// <summary>The file name as the user wrote it.</summary>
    public string FileName { get; }

    public YamlMap Root { get; private init; }

    /// <summary>Reads a file.</summary>
    /// <exception cref="UserErrorException">The file is missing or unreadable, or <see cref="Parse"/> refuses its text.</exception>
    public static YamlSource Load(string path)
    {
        string text;
        GitLfsPointer.Refuse(path);
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new UserErrorException($"{path}: no such file{Neighbours(path)}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{path}: cannot be read: {e.Message}", e);
        }

        return Parse(text, path);
    }

    /// <summary>Parses one document whose root is a mapping. Anchors and aliases are supported; tags and merge keys are not.</summary>
    /// <param name="fileName">Named in error messages.</param>
    /// <exception cref="UserErrorException">Invalid syntax, duplicate keys, an empty file, or several documents.</exception>
    public static YamlSource Parse(string text, string fileName)
    {
        try
        {
            var parser = new Parser(new StringReader(text));
            parser.Consume<StreamStart>();
            if (!parser.TryConsume<DocumentStart>(out _))
            {
                throw new UserErrorException($"{fileName}: the file is empty; expected a mapping of keys");
            }

            var root = new NodeReader(fileName, parser).Read(0);
            parser.Consume<DocumentEnd>();
            if (parser.TryConsume<DocumentStart>(out var second))
            {
                throw At(fileName, Line(second.Start), "", "a second document starts here; expected one document in the file");
            }

            return root switch
            {
                YamlMap map => new YamlSource(fileName, map),
                YamlScalar { IsNull: true } => throw new UserErrorException($"{fileName}: the file is empty; expected a mapping of keys"),
                _ => throw At(fileName, root.Line, "", $"found {root.Describe()}; expected a mapping of keys"),
            };
        }
        catch (YamlException e)
        {
            throw new UserErrorException($"{fileName}:{Line(e.Start)}: not valid YAML (column {e.Start.Column}): {e.Message}", e);
        }
    }

    /// <summary>Binds the document to a record; see <see cref="StrictYaml"/>.</summary>
    public T Bind<T>() => (T)new YamlBinder(this).Bind(Root, typeof(T));

    /// <summary>Whether the document has this key, for example "grpo.steps" or "arms[1].set.grpo".</summary>
    public bool Has(string keyPath) => Find(keyPath, out _);

    /// <summary>An error at a key's line, or at that of the nearest enclosing key when the document does not have the key.</summary>
    public UserErrorException Error(string keyPath, string problem)
    {
        Find(keyPath, out var line);
        return At(FileName, line, keyPath, problem);
    }

    internal UserErrorException Error(int line, string keyPath, string problem) => At(FileName, line, keyPath, problem);

    internal YamlSource WithRoot(YamlMap root) => new(FileName, root);

    private bool Find(string keyPath, out int line)
    {
        YamlNode node = Root;
        line = Root.Line;
        foreach (var step in keyPath.Replace("[", ".[", StringComparison.Ordinal).Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            if (step[0] == '[')
            {
                var index = int.Parse(step[1..^1]);
                if (node is not YamlList list || index >= list.Items.Count)
                {
                    return false;
                }

                node = list.Items[index];
                line = node.Line;
            }
            else if ((node as YamlMap)?.Find(step) is { } entry)
            {
                (node, line) = (entry.Value, entry.Line);
            }
            else
            {
                return false;
            }
        }

        return true;
    }

    private static UserErrorException At(string fileName, int line, string keyPath, string problem)
    {
        var place = line == YamlNode.NoLine ? "" : $"{fileName}:{line}: ";
        return new UserErrorException(keyPath.Length == 0 ? $"{place}{problem}" : $"{place}{keyPath}: {problem}");
    }

    private static int Line(Mark mark) => (int)mark.Line;

    private static string Neighbours(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path));
        if (!Directory.Exists(folder))
        {
            return $"; the folder '{folder}' does not exist either";
        }

        var names = Directory.EnumerateFiles(folder, "*.y*ml").Select(f => Path.GetFileName(f)).ToList();
        return names.Count == 0 ? $"; the folder '{folder}' has no YAML file" : NearestName.Hint(Path.GetFileName(path), names);
    }

    /// <summary>Builds nodes from parser events: the representation model of YamlDotNet loses the lines of duplicate keys.</summary>
    private sealed class NodeReader(string fileName, Parser parser)
    {
        private readonly Dictionary<string, YamlNode> _anchors = [];

        public YamlNode Read(int depth)
        {
            var start = parser.Current ?? throw new InvalidOperationException("no event");
            var line = Line(start.Start);
            if (depth > MaxDepth)
            {
                throw At(fileName, line, "", $"nested deeper than {MaxDepth} levels");
            }

            if (parser.TryConsume<AnchorAlias>(out var alias))
            {
                return _anchors.TryGetValue(alias.Value.Value, out var anchored)
                    ? anchored
                    : throw At(fileName, line, "", $"the alias '*{alias.Value}' refers to nothing above it{Known()}");
            }

            if (start is NodeEvent { Tag.IsEmpty: false } tagged && !tagged.Tag.IsNonSpecific)
            {
                throw At(fileName, line, "", $"found the tag '{tagged.Tag}'; tags are not used here");
            }

            YamlNode node =
                parser.TryConsume<Scalar>(out var scalar) ? new YamlScalar(scalar.Value, scalar.Style == ScalarStyle.Plain, line)
                : parser.TryConsume<SequenceStart>(out _) ? List(line, depth)
                : Map(line, depth);
            if (start is NodeEvent { Anchor.IsEmpty: false } named)
            {
                _anchors[named.Anchor.Value] = node;
            }

            return node;
        }

        private string Known() => _anchors.Count == 0 ? "" : NearestName.Hint("", _anchors.Keys);

        private YamlList List(int line, int depth)
        {
            var items = new List<YamlNode>();
            while (!parser.TryConsume<SequenceEnd>(out _))
            {
                items.Add(Read(depth + 1));
            }

            return new YamlList(items, line);
        }

        private YamlMap Map(int line, int depth)
        {
            parser.Consume<MappingStart>();
            var entries = new List<YamlEntry>();
            var lines = new Dictionary<string, int>(StringComparer.Ordinal);
            while (!parser.TryConsume<MappingEnd>(out _))
            {
                var key = Read(depth + 1);
                if (key is not YamlScalar { Text: var name })
                {
                    throw At(fileName, key.Line, "", $"found {key.Describe()} as a key; expected a name");
                }

                if (!lines.TryAdd(name, key.Line))
                {
                    throw At(fileName, key.Line, "", $"the key '{name}' is given twice (first on line {lines[name]})");
                }

                entries.Add(new YamlEntry(name, Read(depth + 1), key.Line));
            }

            return new YamlMap(entries, line);
        }
    }
}
