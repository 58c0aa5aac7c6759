namespace SkillFactory.Hub;

/// <summary>The state of a download.</summary>
/// <param name="Files">Files that were asked for.</param>
/// <param name="FinishedFiles">Of them, those that are in the folder.</param>
/// <param name="Bytes">Size of all files that were missing at the start.</param>
/// <param name="PresentBytes">Of these bytes, those that are on the disk.</param>
/// <param name="TransferredBytes">Bytes that came over the network.</param>
public sealed record PullProgress(int Files, int FinishedFiles, long Bytes, long PresentBytes, long TransferredBytes);
