using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.Recipes;

/// <summary>
/// Typed, strict YAML: a document becomes an immutable record, and whatever does not fit is one
/// <see cref="UserErrorException"/> with file and line, the key path, what was found, what was expected, and the nearest
/// known name.
/// </summary>
/// <remarks>
/// Records have a parameterless constructor and init properties; keys are their names in camelCase. A property is needed when it is
/// <c>required</c>, keeps its default when its key is not written, and takes null only when it is nullable. Values: text, int, long,
/// double (finite), bool (true or false), enums (by name, any case), records, IReadOnlyList, IReadOnlyDictionary with text keys.
/// Quoted scalars are text; plain scalars fit text as well.
/// </remarks>
public static class StrictYaml
{
    /// <exception cref="UserErrorException">The file cannot be read, is not YAML, or does not fit.</exception>
    public static T Read<T>(string path) => YamlSource.Load(path).Bind<T>();

    /// <param name="fileName">Named in error messages.</param>
    /// <exception cref="UserErrorException">The text is not YAML or does not fit.</exception>
    public static T Parse<T>(string text, string fileName) => YamlSource.Parse(text, fileName).Bind<T>();
}
