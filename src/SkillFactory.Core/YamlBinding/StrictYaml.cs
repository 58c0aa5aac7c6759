using SkillFactory.Primitives.Errors;

namespace SkillFactory.Core.YamlBinding;

/// <summary>
/// Typed, strict YAML: a document becomes an immutable record. Everything that does not fit is one <see cref="UserErrorException"/> that
/// names the file, the line, the key, what was found, what was expected and the nearest known name.
/// </summary>
/// <remarks>
/// Records have a parameterless constructor and init properties; the keys are the property names in camelCase. A <c>required</c> property
/// must have its key; others keep their default without it. Null is allowed for nullable properties only. Values are text, int, long,
/// finite double, bool (true or false), enums (by name, in any case), records, IReadOnlyList, and IReadOnlyDictionary with text keys.
/// Quoted scalars are always text; plain scalars can be text, too. Attributes derived from <see cref="BoundAttribute"/> and
/// <see cref="ListBoundAttribute"/> restrict the values of a key.
/// </remarks>
public static class StrictYaml
{
    /// <exception cref="UserErrorException">The file cannot be read, is not YAML, or does not fit.</exception>
    public static T Read<T>(string path) => YamlSource.Load(path).Bind<T>();

    /// <param name="fileName">Named in error messages.</param>
    /// <exception cref="UserErrorException">The text is not YAML or does not fit.</exception>
    public static T Parse<T>(string text, string fileName) => YamlSource.Parse(text, fileName).Bind<T>();
}
